#include "ui/elidedlabel.h"

#include "ui/painting.h"
#include "ui/theme.h"

#include <QPainter>

#include <algorithm>

namespace hearth {

ElidedLabel::ElidedLabel(QWidget *parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred); }

void ElidedLabel::setText(const QString &text)
{
    if (m_text == text)
        return;
    m_text = text;
    setAccessibleName(text);
    setToolTip(plainToolTip(text));
    updateGeometry();
    update();
}

void ElidedLabel::setDim(bool isDim)
{
    m_isDim = isDim;
    update();
}

QSize ElidedLabel::sizeHint() const { return { fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height() }; }

QSize ElidedLabel::minimumSizeHint() const
{
    return { std::min(fontMetrics().averageCharWidth() * 4, sizeHint().width()), fontMetrics().height() };
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme theme = Theme::current();
    painter.setPen(m_isDim ? theme.dim : theme.text);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
}

} // namespace hearth
