"""Ground floor: database, audit trail, outbox, exports, language, clock, errors."""
