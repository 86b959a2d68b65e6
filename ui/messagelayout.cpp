#include "ui/messagelayout.h"

#include "client/timelinemodel.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QModelIndex>

#include <algorithm>
#include <cmath>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int DayHeight = 40;
constexpr int DayPillHeight = 24;
constexpr int NewLineHeight = 24;
constexpr int ExpiredHeight = 32;
constexpr int ReplyHeight = 24;
constexpr int ReactionHeight = 24;
constexpr int TextLeft = Margin + Avatar + Padding;
constexpr double LargeEmojiType = 1.9;
constexpr qsizetype MaxLargeEmoji = 24; ///< UTF-16 units
constexpr int MaxMarks = 16; ///< on one letter
constexpr int StateWidth = 24; ///< at the right of the text, for the clock of a pending message

/// A few emoji and nothing else, which are shown large.
bool isEmojiOnly(const QString &text)
{
    if (text.isEmpty() || text.size() > MaxLargeEmoji)
        return false;
    bool hasPicture = false;
    for (const char32_t c : text.toUcs4()) {
        const bool isPicture = (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF);
        const bool isJoining = c == 0x200D || c == 0xFE0F || (c >= 0x1F3FB && c <= 0x1F3FF);
        if (!isPicture && !isJoining)
            return false;
        hasPicture = hasPicture || isPicture;
    }
    return hasPicture;
}

/// Marks that no writing stacks so high take the time of a thousand letters each to lay out, and are not to be read
/// anyway. Copying gives them all.
QString withoutMarkStacks(const QString &text)
{
    QString result;
    result.reserve(text.size());
    int marks = 0;
    for (const QChar c : text) {
        marks = c.isMark() ? marks + 1 : 0;
        if (marks <= MaxMarks)
            result += c;
    }
    return result;
}

} // namespace

MessageLayout::MessageLayout(const QModelIndex &index, int rowWidth, const QFont &font, const Theme &theme) : width(rowWidth)
{
    const QFontMetrics metrics(font);
    const QFont smallFont = scaled(font, SmallType);
    const QFontMetrics smallMetrics(smallFont);
    const auto delivery = static_cast<TimelineModel::Delivery>(index.data(TimelineModel::DeliveryRole).toInt());
    const bool startsGroup = index.data(TimelineModel::StartsGroupRole).toBool();
    const bool isDeleted = index.data(TimelineModel::DeletedRole).toBool();
    const QDateTime timestamp = index.data(TimelineModel::TimestampRole).toDateTime();

    int y = 0;
    if (index.data(TimelineModel::ExpiredAboveRole).isValid()) {
        expired = QRect(Margin, SmallPadding, width - 2 * Margin, ExpiredHeight - SmallPadding);
        y += ExpiredHeight;
    }
    if (index.data(TimelineModel::StartsDayRole).toBool()) {
        const QString day = Words::day(timestamp.toLocalTime().date(), QDate::currentDate());
        const int pillWidth = smallMetrics.horizontalAdvance(day) + 2 * Padding;
        dayPill = QRect((width - pillWidth) / 2, y + (DayHeight - DayPillHeight) / 2, pillWidth, DayPillHeight);
        y += DayHeight;
    }
    if (index.data(TimelineModel::IsFirstUnreadRole).toBool()) {
        newLine = QRect(Margin, y, width - 2 * Margin, NewLineHeight);
        y += NewLineHeight;
    }
    y += startsGroup ? SmallPadding : 0;
    const int top = y;
    y += startsGroup ? Gap : 2;

    const int right = std::max(TextLeft + 80, width - Margin - StateWidth);
    const int maxText = metrics.averageCharWidth() * MaxLineCharacters;
    const int textWidth = std::min(right - TextLeft, maxText);

    const QString timeText = Words::timeOfDay(timestamp);
    if (startsGroup) {
        avatar = QRect(Margin, y, Avatar, Avatar);
        QFont bold = font;
        bold.setBold(true);
        const QString name = index.data(TimelineModel::UserRole).value<UserName>().toString();
        const int timeWidth = smallMetrics.horizontalAdvance(timeText) + 2;
        const int nameWidth = std::min(QFontMetrics(bold).horizontalAdvance(name) + 2, textWidth - timeWidth - SmallPadding);
        author = QRect(TextLeft, y, nameWidth, metrics.height());
        time = QRect(author.right() + SmallPadding, y, timeWidth, metrics.height());
        y += metrics.height() + 2;
    } else {
        time = QRect(Gap, y, Margin + Avatar + SmallPadding - Gap, metrics.height());
    }
    if (index.data(TimelineModel::ReplyToRole).value<Seq>() > Seq(0)) {
        reply = QRect(TextLeft, y, textWidth, ReplyHeight);
        y += ReplyHeight;
    }

    QString suffix;
    if (index.data(TimelineModel::EditedRole).toBool())
        suffix = u' ' + QCoreApplication::translate("MessageLayout", "(edited)");
    const QString said = isDeleted ? QCoreApplication::translate("MessageLayout", "Message deleted")
                                   : index.data(TimelineModel::ContentRole).toString();
    QFont bodyFont = isEmojiOnly(said) ? scaled(font, LargeEmojiType) : font;
    bodyFont.setItalic(isDeleted);
    layOutText(said, suffix, TextLeft, y, textWidth, bodyFont, theme);
    if (delivery == TimelineModel::Delivery::Pending)
        state = QRect(width - Margin - SmallIcon, y + 2, SmallIcon, SmallIcon);
    y = body.bottom() + 1;

    if (delivery == TimelineModel::Delivery::Failed) {
        failureText = Words::notSent(static_cast<ErrorCode>(index.data(TimelineModel::ErrorRole).toInt()));
        failure = QRect(TextLeft, y + Gap, textWidth, std::max(smallMetrics.height(), SmallIcon) + 2);
        const QString retryText = QCoreApplication::translate("MessageLayout", "Retry");
        const QString discardText = QCoreApplication::translate("MessageLayout", "Delete");
        const int textEnd = TextLeft + SmallIcon + Gap + smallMetrics.horizontalAdvance(failureText) + SmallPadding;
        retry = QRect(textEnd, failure.top(), smallMetrics.horizontalAdvance(retryText) + 2, failure.height());
        discard = QRect(retry.right() + Padding, failure.top(), smallMetrics.horizontalAdvance(discardText) + 2, failure.height());
        y = failure.bottom() + 1;
    }
    m_bottom = y;
    layOutReactions(index, TextLeft, TextLeft + textWidth, font);
    y = m_bottom + 2;
    if (startsGroup)
        y = std::max(y, avatar.bottom() + 3); // the avatar of a one-line message has its room
    content = QRect(0, top, width, y - top);
    m_height = y;
}

void MessageLayout::layOutText(const QString &said, const QString &suffix, int left, int top, int textWidth,
                               const QFont &font, const Theme &theme)
{
    QString shown = withoutMarkStacks(said);
    shown.replace("\r\n"_L1, "\n"_L1);
    links = findLinks(shown);
    shown.replace(u'\n', QChar::LineSeparator);
    const qsizetype end = shown.size();
    text = std::make_unique<QTextLayout>(shown + suffix, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(u' '));
    text->setTextOption(option);
    QList<QTextLayout::FormatRange> formats;
    for (const TextLink &link : links) {
        QTextLayout::FormatRange range;
        range.start = static_cast<int>(link.start);
        range.length = static_cast<int>(link.length);
        range.format.setForeground(theme.link);
        range.format.setFontUnderline(true);
        formats.append(range);
    }
    if (!suffix.isEmpty()) {
        QTextLayout::FormatRange range;
        range.start = static_cast<int>(end);
        range.length = static_cast<int>(suffix.size());
        range.format.setForeground(theme.dim);
        range.format.setFontPointSize(scaled(font, SmallType).pointSizeF());
        formats.append(range);
    }
    text->setFormats(formats);

    // Lines stand on a fixed grid whatever a fallback font or a stack of combining marks would like.
    const qreal lineHeight = std::ceil(QFontMetricsF(font).height() * BodyLineHeight);
    qreal y = 0;
    text->beginLayout();
    for (QTextLine line = text->createLine(); line.isValid(); line = text->createLine()) {
        line.setLineWidth(textWidth);
        line.setPosition(QPointF(0, y + (lineHeight - QFontMetricsF(font).height()) / 2
                                        + (QFontMetricsF(font).ascent() - line.ascent())));
        y += lineHeight;
    }
    text->endLayout();
    body = QRect(left, top, textWidth, static_cast<int>(std::ceil(y)));
}

void MessageLayout::layOutReactions(const QModelIndex &index, int left, int right, const QFont &font)
{
    const auto summaries = index.data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>();
    if (summaries.isEmpty())
        return;
    const auto self = index.data(TimelineModel::SelfRole).value<UserName>();
    const QFontMetrics metrics(font);
    int x = left;
    int y = m_bottom + Gap;
    for (const ReactionSummary &summary : summaries) {
        Reaction reaction { summary.emoji, static_cast<int>(summary.users.size()), summary.users.contains(self), {} };
        const int count = metrics.horizontalAdvance(QString::number(reaction.count));
        const int reactionWidth = std::min(metrics.horizontalAdvance(reaction.emoji), 80) + count + Gap + 2 * SmallPadding;
        if (x > left && x + reactionWidth > right) {
            x = left;
            y += ReactionHeight + Gap;
        }
        reaction.rect = QRect(x, y, reactionWidth, ReactionHeight);
        reactions.append(reaction);
        x += reactionWidth + Gap;
    }
    m_bottom = y + ReactionHeight + Gap;
}

std::optional<TextLink> MessageLayout::linkAt(QPoint point) const
{
    if (links.isEmpty() || !body.contains(point))
        return std::nullopt;
    const QPointF inText = point - body.topLeft();
    const qreal lineHeight = text->lineCount() == 0 ? 0 : body.height() / static_cast<qreal>(text->lineCount());
    const int lineNumber = lineHeight <= 0 ? -1 : static_cast<int>(inText.y() / lineHeight);
    if (lineNumber < 0 || lineNumber >= text->lineCount())
        return std::nullopt;
    const QTextLine line = text->lineAt(lineNumber);
    if (inText.x() > line.naturalTextWidth())
        return std::nullopt;
    const int cursor = line.xToCursor(inText.x(), QTextLine::CursorOnCharacter);
    for (const TextLink &link : links) {
        if (cursor >= link.start && cursor < link.start + link.length)
            return link;
    }
    return std::nullopt;
}

const MessageLayout::Reaction *MessageLayout::reactionAt(QPoint point) const
{
    const auto found = std::find_if(reactions.begin(), reactions.end(), [&](const Reaction &r) { return r.rect.contains(point); });
    return found == reactions.end() ? nullptr : &*found;
}

} // namespace hearth
