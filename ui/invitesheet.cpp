#include "ui/invitesheet.h"

#include "ui/invitewords.h"
#include "ui/qrcode.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QPainter>

#include <algorithm>

namespace hearth {

namespace {

constexpr qsizetype ShownName = 64;
constexpr double TitlePoints = 26;
constexpr double TextPoints = 12;
constexpr double LinkPoints = 10;
constexpr double MostOfWidth = 0.6; ///< of the page, for the code
constexpr double MostOfHeight = 0.5;

/// Goes down the page, one centred piece after the other.
class Column
{
public:
    Column(QPainter &painter, const QRectF &page) : m_painter(painter), m_rest(page) { }

    void write(const QString &text, double points, bool isBold = false)
    {
        if (text.isEmpty())
            return;
        QFont font = m_painter.font();
        font.setPointSizeF(points);
        font.setBold(isBold);
        m_painter.setFont(font);
        QRectF taken;
        m_painter.drawText(m_rest, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap | Qt::TextWrapAnywhere, text, &taken);
        advance(taken.height() + QFontMetricsF(font, m_painter.device()).height() / 2);
    }
    void draw(const QImage &square, double side)
    {
        m_painter.drawImage(QRectF(m_rest.center().x() - side / 2, m_rest.top(), side, side), square);
        advance(side);
    }
    void advance(double by) { m_rest.setTop(std::min(m_rest.top() + by, m_rest.bottom())); }

private:
    QPainter &m_painter;
    QRectF m_rest;
};

} // namespace

void paintInviteSheet(QPainter &painter, const QRectF &page, const InviteSheet &sheet)
{
    painter.save();
    painter.setPen(Theme::codeInk());
    Column column(painter, page);
    column.write(Words::oneLine(sheet.chat, ShownName), TitlePoints, true);
    column.write(InviteWords::sheetHead(sheet.room), TextPoints);
    const double side = std::min(page.width() * MostOfWidth, page.height() * MostOfHeight);
    const QrCode code = QrCode::of(sheet.link);
    if (!code.isNull())
        column.draw(code.picture(std::max(1, static_cast<int>(side) / code.fullSide())), side);
    column.write(sheet.link, LinkPoints);
    column.write(InviteWords::sheetAdvice(), TextPoints);
    column.write(sheet.validity, TextPoints);
    painter.restore();
}

} // namespace hearth
