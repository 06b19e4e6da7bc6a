"""What gunicorn serves."""

from marketplace.app import create_app

app = create_app()
