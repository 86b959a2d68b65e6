#include "tests/ui/codereader.h"

#define ZX_USE_UTF8 // what text() returns
#include <ZXing/ReadBarcode.h>

namespace hearth::test {

QString readCode(const QImage &picture)
{
    const QImage grey = picture.convertToFormat(QImage::Format_Grayscale8);
    const ZXing::ImageView view(grey.constBits(), grey.width(), grey.height(), ZXing::ImageFormat::Lum,
                                static_cast<int>(grey.bytesPerLine()));
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode);
    const ZXing::Result found = ZXing::ReadBarcode(view, hints);
    return found.isValid() ? QString::fromStdString(found.text()) : QString();
}

} // namespace hearth::test
