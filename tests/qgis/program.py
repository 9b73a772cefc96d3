"""QGIS without a window, run by the system's own Python: reads one JSON request a line, answers one JSON line each.

A request is `{"do": name, ...}`; what it may be are the functions of `Desk`. QGIS writes its own noise to stderr.
"""

import json
import os
import sys
from typing import Any

try:
    from qgis.core import (
        QgsApplication,
        QgsCoordinateReferenceSystem,
        QgsCoordinateTransform,
        QgsCoordinateTransformContext,
        QgsFeatureRequest,
        QgsLayerDefinition,
        QgsMapLayer,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsPointXY,
        QgsProject,
        QgsRectangle,
        QgsVectorLayer,
        QgsWkbTypes,
    )
    from qgis.PyQt.QtCore import QDate, QDateTime, QEventLoop, QSize, Qt, QVariant
    from qgis.PyQt.QtGui import QColor
except ImportError as error:
    sys.exit(f"QGIS is not here for {sys.executable}: {error}")

WGS84 = QgsCoordinateReferenceSystem("EPSG:4326")


class Desk:
    """What a person does in QGIS; layers are known by the names that they are given here."""

    def __init__(self) -> None:
        self.layers: dict[str, Any] = {}

    def add(self, name: str, source: str, provider: str) -> dict[str, Any]:
        """Open one layer."""
        self.layers[name] = QgsVectorLayer(source, name, provider)
        return told(self.layers[name])

    def open(self, file: str) -> dict[str, Any]:
        """Open a layer definition in a new project: the groups with their layers, and each layer by its first id."""
        project = QgsProject.instance()
        project.clear()
        self.layers.clear()
        loaded, message = QgsLayerDefinition.loadLayerDefinition(file, project, project.layerTreeRoot())
        tree = {}
        for group in project.layerTreeRoot().children():
            nodes = group.findLayers()
            tree[group.name()] = [node.name() for node in nodes]
            # QGIS adds something to the ids of the file, so that it can be opened twice.
            for node in nodes:
                typename = node.layer().source().partition("typename='")[2].partition("'")[0]
                self.layers[typename or "zone-tiles"] = node.layer()
        layers = {name: told(layer) for name, layer in self.layers.items()}
        return {"loaded": loaded, "message": message, "tree": tree, "layers": layers}

    def features(
        self, name: str, expression: str = "", box: list[float] | None = None, subset: str = ""
    ) -> list[dict[str, Any]]:
        """The features of a layer: its attributes, and its geometry as WKB in hexadecimal digits."""
        layer, request = self.layers[name], QgsFeatureRequest()
        assert layer.setSubsetString(subset)
        if expression:
            request.setFilterExpression(expression)
        if box:
            request.setFilterRect(QgsRectangle(*box))
        names = layer.fields().names()
        return [
            {
                "attributes": {key: plain(value) for key, value in zip(names, one.attributes(), strict=True)},
                "geometry": bytes(one.geometry().asWkb()).hex() if one.hasGeometry() else None,
            }
            for one in layer.getFeatures(request)
        ]

    def draw(self, names: list[str], crs: str, box: list[float], size: list[int], points: list[list[float]],
             file: str) -> list[str]:  # fmt: skip
        """Draw layers on white, the first one on top, and keep the picture. `box` is west, south, east, north and
        `points` are longitude and latitude, of WGS 84. The colours at the points, as #rrggbb.
        """
        settings = QgsMapSettings()
        settings.setLayers([self.layers[name] for name in names])
        settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
        settings.setBackgroundColor(QColor("white"))
        settings.setOutputSize(QSize(*size))
        settings.setOutputDpi(96)
        there = transform("EPSG:4326", crs)
        settings.setExtent(there.transformBoundingBox(QgsRectangle(*box)))
        job, loop = QgsMapRendererParallelJob(settings), QEventLoop()
        job.finished.connect(loop.quit)  # layers of services need the loop to go on
        job.start()
        loop.exec_()
        image = job.renderedImage()
        assert image.save(file), file
        assert not job.errors(), [one.message for one in job.errors()]
        pixels = [settings.mapToPixel().transform(there.transform(QgsPointXY(*point))) for point in points]
        return [image.pixelColor(int(one.x()), int(one.y())).name() for one in pixels]

    def transform(self, source: str, target: str, points: list[list[float]]) -> list[list[float]]:
        """Points as QGIS reckons them by itself, easting or longitude first."""
        found = transform(source, target)
        return [[one.x(), one.y()] for one in (found.transform(QgsPointXY(*point)) for point in points)]


def transform(source: str, target: str) -> Any:
    systems = [QgsCoordinateReferenceSystem(code) for code in (source, target)]
    return QgsCoordinateTransform(*systems, QgsCoordinateTransformContext())


def told(layer: Any) -> dict[str, Any]:
    """What QGIS tells of a layer."""
    found = {
        "valid": layer.isValid(), "error": layer.error().message(), "crs": layer.crs().authid(), "title": layer.name(),
        "has_crs": layer.crs().isValid(), "attribution": layer.attribution(), "rights": layer.metadata().rights(),
        "abstract": layer.metadata().abstract(), "from_scale": layer.minimumScale() if layer.hasScaleBasedVisibility()
        else None,
    }  # fmt: skip
    if layer.type() != QgsMapLayer.VectorLayer:
        return {**found, "styles": [one.styleName() for one in layer.renderer().styles()]}
    fields = layer.fields()
    return {
        **found, "geometry": QgsWkbTypes.displayString(layer.wkbType()), "count": layer.featureCount(),
        "types": {one.name(): one.typeName() for one in fields},
        "aliases": {name: layer.attributeDisplayName(index) for index, name in enumerate(fields.names())},
        "codes": {name: [next(iter(one)) for one in layer.editorWidgetSetup(index).config()["map"]]
                  for index, name in enumerate(fields.names()) if layer.editorWidgetSetup(index).type() == "ValueMap"},
        "legend": [one.label() for one in layer.renderer().legendSymbolItems()] if layer.renderer() else [],
        "labels": layer.labelsEnabled() and layer.labeling() is not None,
        "expressions": [rule.filterExpression() for rule in rules(layer)],
    }  # fmt: skip


def rules(layer: Any) -> list[Any]:
    renderer = layer.renderer()
    return renderer.rootRule().descendants() if renderer and renderer.type() == "RuleRenderer" else []


def plain(value: Any) -> Any:
    if isinstance(value, QVariant) and value.isNull():
        return None
    if isinstance(value, (QDate, QDateTime)):
        return value.toString(Qt.ISODateWithMs)
    return value


def main() -> None:
    application = QgsApplication([], False)
    application.initQgis()
    desk = Desk()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever QGIS prints is not an answer
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": getattr(desk, request.pop("do"))(**request)}
        except Exception as error:
            answer = {"error": repr(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    os._exit(0)  # QGIS does not come down cleanly from Python


if __name__ == "__main__":
    main()
