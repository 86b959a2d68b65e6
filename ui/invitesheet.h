#pragma once

#include <QString>

class QPainter;
class QRectF;

namespace hearth {

/// What stands on a printed invite. Names of others are shown as plain text, in one line.
struct InviteSheet
{
    QString chat; ///< the server's name
    QString room; ///< where whoever comes in by it gets to besides the lobby; may be empty
    QString link;
    QString validity; ///< for how long and how often it lets people in; may be empty
};

/// One page: whose chat it is, the code in the middle, the link below it. `page` is what can be printed on, in the
/// painter's units; type has the size in points that the painter's device makes of it.
void paintInviteSheet(QPainter &painter, const QRectF &page, const InviteSheet &sheet);

} // namespace hearth
