#pragma once

#include <QBitArray>
#include <QImage>
#include <QString>

namespace hearth {

/// A text as a QR code (ISO/IEC 18004), with error correction level M: it is still read when some 15 % of it cannot be
/// seen. A value; null where there is nothing to show.
class QrCode
{
public:
    static constexpr int QuietZone = 4; ///< modules that stay light on each side: without them readers do not find it

    QrCode() = default;
    /// Null for an empty text, and for one over 2,331 bytes of UTF-8, which no code of this level has room for.
    [[nodiscard]] static QrCode of(const QString &text);

    [[nodiscard]] bool isNull() const { return m_side == 0; }
    [[nodiscard]] int side() const { return m_side; } ///< modules, without the quiet zone
    [[nodiscard]] int fullSide() const { return m_side == 0 ? 0 : m_side + 2 * QuietZone; } ///< modules, with it
    /// Whether a module is dark; the first one is at the upper left, inside the quiet zone.
    [[nodiscard]] bool isDark(int column, int row) const { return m_modules.testBit(row * m_side + column); }
    /// With its quiet zone, each module a square of so many pixels (at least one); black on white whatever the theme.
    [[nodiscard]] QImage picture(int pixelsPerModule) const;

private:
    int m_side = 0;
    QBitArray m_modules; ///< row by row
};

} // namespace hearth
