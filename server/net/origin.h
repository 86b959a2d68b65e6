#pragma once

#include <QStringList>

namespace hearth {

struct RequestHead;

/// Of a request with a Host. A page in a browser says where it comes from; other programs say nothing. Only a page that this very
/// computer could have served may connect, or one of `allowed`, compared exactly but for case: anything else is somebody's site
/// using its visitor's place in the network.
[[nodiscard]] bool isOriginAllowed(const RequestHead &head, const QStringList &allowed);

} // namespace hearth
