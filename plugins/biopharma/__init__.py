from marketplace.plugin_api import Industry, Path, hookimpl, load_industry


@hookimpl
def register_industry() -> Industry:
    return load_industry(Path(__file__).parent / "data")
