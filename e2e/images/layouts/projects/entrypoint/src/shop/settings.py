import os

DATABASE = os.environ["SHOP_DATABASE"]
