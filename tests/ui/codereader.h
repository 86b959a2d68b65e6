#pragma once

#include <QImage>
#include <QString>

namespace hearth::test {

/// What a reader of QR codes finds in a picture; empty where it finds none.
[[nodiscard]] QString readCode(const QImage &picture);

} // namespace hearth::test
