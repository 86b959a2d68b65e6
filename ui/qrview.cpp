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
    const qreal ratio = painter.device()->devicePixelRatio();
    const int pixels = static_cast<int>(std::min(width(), height()) * ratio) / m_code.fullSide();
    QImage picture = m_code.picture(pixels);
    picture.setDevicePixelRatio(ratio);
    // At a whole pixel: half of one would blur every edge.
    const QSizeF free = QSizeF(size()) * ratio - QSizeF(picture.size());
    const QPointF place(static_cast<int>(free.width() / 2) / ratio, static_cast<int>(free.height() / 2) / ratio);
    painter.drawImage(place, picture);
}

} // namespace hearth
