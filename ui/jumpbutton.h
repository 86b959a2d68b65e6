#pragma once

#include <QPushButton>

namespace hearth {

class TimelineView;

/// Over the lower right of a timeline while its newest messages are out of sight: how many they are, and to them.
class JumpButton : public QPushButton
{
    Q_OBJECT

public:
    explicit JumpButton(TimelineView *timeline);

public slots:
    void follow(); ///< the timeline moved
    void refreshTheme();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();

    TimelineView *m_timeline;
};

} // namespace hearth
