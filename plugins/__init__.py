"""The bundled industry plugins. Each imports `marketplace.plugin_api` and nothing else."""
