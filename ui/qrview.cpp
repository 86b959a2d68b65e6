#include "ui/qrview.h"

#include "ui/measures.h"
#include "ui/theme.h"

#include <QPainter>

#include <algorithm>

namespace hearth {

using namespace measures;

namespace {

constexpr int UsualSide = 300; ///< holds every link of the usual length, so that the next one does not move the rest

} // namespace

QrView::QrView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("QR code of the link"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

bool QrView::setText(const QString &text)
{
    m_code = QrCode::of(text);
    setAccessibleDescription(text);
    updateGeometry();
    update();
    return !m_code.isNull();
}

QSize QrView::sizeHint() const
{
    const int modules = std::max(1, m_code.fullSide());
    const int pixelsPerModule = (SmallestSide + modules - 1) / modules;
    const int side = std::max(UsualSide, modules * pixelsPerModule);
    return { side, side };
}

void QrView::paintEvent(QPaintEvent *)
{
    if (m_code.isNull())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::codePaper());
    painter.drawRoundedRect(rect(), CardRadius, CardRadius);
    const qreal ratio = painter.deviceTransform().m11(); // of what is painted on, which may be a picture
    const int pixels = static_cast<int>(std::min(width(), height()) * ratio) / m_code.fullSide();
    // From a whole pixel on: half of one would blur every edge. And as rectangles, since a picture is stretched by a hair.
    const auto start = [&](int side) { return static_cast<int>(side * ratio - pixels * m_code.fullSide()) / 2 / ratio; };
    const qreal module = pixels / ratio;
    const QPointF first(start(width()) + QrCode::QuietZone * module, start(height()) + QrCode::QuietZone * module);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int row = 0; row < m_code.side(); ++row) {
        for (int column = 0; column < m_code.side(); ++column) {
            if (m_code.isDark(column, row))
                painter.fillRect(QRectF(first + QPointF(column, row) * module, QSizeF(module, module)), Theme::codeInk());
        }
    }
}

} // namespace hearth
