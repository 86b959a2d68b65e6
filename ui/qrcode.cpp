#include "ui/qrcode.h"

#include "ui/theme.h"

#include <qrencode.h>

#include <algorithm>
#include <memory>

namespace hearth {

QrCode QrCode::of(const QString &text)
{
    constexpr int SmallestVersion = 0; // the smallest one that holds it
    const QByteArray bytes = text.toUtf8();
    if (bytes.isEmpty())
        return {};
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> made(
        QRcode_encodeData(static_cast<int>(bytes.size()), reinterpret_cast<const unsigned char *>(bytes.constData()),
                          SmallestVersion, QR_ECLEVEL_M),
        &QRcode_free);
    if (!made)
        return {};
    QrCode code;
    code.m_side = made->width;
    code.m_modules.resize(made->width * made->width);
    for (int i = 0; i < code.m_modules.size(); ++i)
        code.m_modules.setBit(i, (made->data[i] & 1) != 0); // the other bits say what the module is for
    return code;
}

QImage QrCode::picture(int pixelsPerModule) const
{
    if (isNull())
        return {};
    enum Color { Paper, Ink };
    QImage modules(fullSide(), fullSide(), QImage::Format_Mono);
    modules.setColorTable({ Theme::codePaper().rgb(), Theme::codeInk().rgb() });
    modules.fill(Paper);
    for (int row = 0; row < m_side; ++row) {
        for (int column = 0; column < m_side; ++column) {
            if (isDark(column, row))
                modules.setPixel(column + QuietZone, row + QuietZone, Ink);
        }
    }
    const int pixels = fullSide() * std::max(1, pixelsPerModule);
    return modules.scaled(pixels, pixels, Qt::IgnoreAspectRatio, Qt::FastTransformation);
}

} // namespace hearth
