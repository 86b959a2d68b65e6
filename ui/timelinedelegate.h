#pragma once

#include "ui/messagelayout.h"

#include <QCache>
#include <QHash>
#include <QStyledItemDelegate>

#include <array>

namespace hearth {

/// Draws the rows of a timeline and knows what stands where in them. Heights are kept for all rows, laid-out texts for
/// those that were looked at lately.
class TimelineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// The buttons of the bar that a row shows under the pointer or the focus.
    enum class Button { React, Reply, More };

    explicit TimelineDelegate(QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option, const QModelIndex &index) override;

    /// Of a row, for the width of its view.
    [[nodiscard]] const MessageLayout &layout(const QModelIndex &index, int width, const QFont &font) const;
    [[nodiscard]] static QRect buttonRect(const MessageLayout &layout, Button button);
    [[nodiscard]] static bool hasButtons(const QModelIndex &index);

    void setHovered(const QModelIndex &index) { m_hovered = index; }
    [[nodiscard]] QModelIndex hovered() const { return m_hovered; }
    void setHoveredButton(std::optional<Button> button) { m_hoveredButton = button; }

    /// A row changed; without one, all of them (fonts, colours, another room).
    void forget(const QModelIndex &index);
    void forgetAll();

private:
    [[nodiscard]] static QString toolTipAt(const MessageLayout &layout, const QModelIndex &index, QPoint inRow);
    void paintDay(QPainter &painter, const MessageLayout &layout, const QModelIndex &index) const;
    void paintHead(QPainter &painter, const MessageLayout &layout, const QModelIndex &index, bool isActive) const;
    void paintReply(QPainter &painter, const MessageLayout &layout, const QModelIndex &index) const;
    void paintReactions(QPainter &painter, const MessageLayout &layout) const;
    void paintFailure(QPainter &painter, const MessageLayout &layout) const;
    void paintButtons(QPainter &painter, const MessageLayout &layout, bool isHovered) const;

    mutable QHash<QByteArray, int> m_heights;
    mutable QCache<QByteArray, MessageLayout> m_layouts;
    mutable int m_width = -1;
    QPersistentModelIndex m_hovered;
    std::optional<Button> m_hoveredButton;
    Theme m_theme;
};

} // namespace hearth
