"""Maps the checkout's folders to Kindred's own package name: `engine` becomes `kindred.engine`."""

from setuptools import find_packages, setup

FOLDERS = ("engine", "gui", "resources")

setup(
    packages=["kindred"]
    + [
        f"kindred.{package}"
        for folder in FOLDERS
        for package in find_packages(include=[folder, f"{folder}.*"])
    ],
    package_dir={f"kindred.{folder}": folder for folder in FOLDERS},
    package_data={"kindred.resources": ["**/*"], "kindred.gui.widgets": ["*.qss"]},
)
