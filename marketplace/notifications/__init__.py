"""What people are told and what they have to do: messages, tasks, channels."""
