#pragma once

#include "ui/links.h"
#include "ui/theme.h"

#include <QRect>
#include <QTextLayout>

#include <memory>
#include <optional>

class QModelIndex;

namespace hearth {

/// Where the parts of one row of the timeline stand, for a width. Coordinates are relative to the row's upper left.
class MessageLayout
{
public:
    struct Reaction
    {
        QString emoji;
        int count = 0;
        bool isMine = false;
        QRect rect;
    };

    MessageLayout(const QModelIndex &index, int width, const QFont &font, const Theme &theme);

    [[nodiscard]] int height() const { return m_height; }
    /// What a click at `point` is for.
    [[nodiscard]] std::optional<TextLink> linkAt(QPoint point) const;
    [[nodiscard]] const Reaction *reactionAt(QPoint point) const;

    int width = 0;
    QRect expired; ///< null: nothing has expired above it
    QRect dayPill; ///< null: no new day
    QRect newLine; ///< null: not the first unread
    QRect avatar; ///< null: not the first of a group
    QRect author;
    QRect time; ///< beside the author, or in the avatar's column
    QRect reply; ///< null: not a reply
    QRect body;
    QRect content; ///< from the top of the message itself: what is tinted on hover
    QRect failure; ///< null: not failed
    QRect retry; ///< the word, to be clicked
    QRect discard; ///< the word, to be clicked
    QRect state; ///< the clock of a pending one; null: none
    QList<Reaction> reactions;
    QString failureText;
    std::unique_ptr<QTextLayout> text;
    QList<TextLink> links;

private:
    void layOutText(const QString &said, const QString &suffix, int left, int top, int width, const QFont &font,
                    const Theme &theme);
    void layOutReactions(const QModelIndex &index, int left, int right, const QFont &font);

    int m_height = 0;
    int m_bottom = 0;
};

} // namespace hearth
