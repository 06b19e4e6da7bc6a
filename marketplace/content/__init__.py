"""Pages that explain: home, about, help, errors, sitemap, health."""
