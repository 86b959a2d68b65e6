#pragma once

#include <QPointer>
#include <QWidget>

class QSplitter;

namespace hearth {

/// Rooms at the left and members at the right of the conversation: beside it where there is width for them, else over
/// it, one at a time, until Esc, a click beside it or another focus.
class SidePanels : public QWidget
{
    Q_OBJECT

public:
    /// Takes the three over.
    SidePanels(QWidget *rooms, QWidget *conversation, QWidget *members, QWidget *parent = nullptr);
    ~SidePanels() override;

    [[nodiscard]] bool isBeside(const QWidget *panel) const;
    /// Opens it where it lies over the conversation; `focus`, a part of it, has the focus then in any case.
    void open(QWidget *panel, QWidget *focus);
    /// Opens, or closes again; nothing where it stands beside the conversation.
    void toggle(QWidget *panel, QWidget *focus);
    void closeOver();

    [[nodiscard]] QByteArray saveState() const; ///< empty while not all three stand side by side
    void restoreState(const QByteArray &state);

signals:
    void arranged(); ///< `isBeside()` may tell something else
    void closed(); ///< a panel over the conversation went, and had the focus

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void arrange();
    void place(QWidget *panel, int position, bool isBeside);
    void placeOver();
    void followFocus(const QWidget *now);

    QWidget *m_rooms;
    QWidget *m_members;
    QSplitter *m_splitter;
    QWidget *m_shade; ///< between the conversation and what lies over it
    QPointer<QWidget> m_over;
};

} // namespace hearth
