#include "ui/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

/// The icons come from a static library: the linker keeps them because they are named here. Not in a namespace, as
/// qInitResources wants it.
static void initResources() { Q_INIT_RESOURCE(hearth); }

namespace hearth::icons {

using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray source(QLatin1StringView name, const QColor &color)
{
    initResources();
    QFile file(u":/hearth/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("currentColor", color.name().toLatin1());
}

class TintedEngine : public QIconEngine
{
public:
    TintedEngine(QLatin1StringView name, const QColor &color, const QColor &disabled)
        : m_name(name.data(), name.size()), m_color(color), m_disabled(disabled.isValid() ? disabled : color)
    {
    }
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        icons::paint(*painter, rect, QLatin1StringView(m_name), mode == QIcon::Disabled ? m_disabled : m_color);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({}, size), mode, state);
        return pixmap;
    }
    QIconEngine *clone() const override { return new TintedEngine(*this); }

private:
    QByteArray m_name;
    QColor m_color;
    QColor m_disabled;
};

} // namespace

QIcon tinted(QLatin1StringView name, const QColor &color, const QColor &disabled)
{
    return QIcon(new TintedEngine(name, color, disabled));
}

void paint(QPainter &painter, const QRectF &rect, QLatin1StringView name, const QColor &color)
{
    QSvgRenderer renderer(source(name, color));
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, rect);
}

QIcon application()
{
    return tinted("hearth"_L1, {}); // in its own colours. Made from the file, it would have Qt load its plugin for SVG before the window is shown
}

} // namespace hearth::icons
