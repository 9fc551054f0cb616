package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"image/jpeg"
	"image/png"
	"io"
)

const (
	maxPixels = 100_000_000
	maxSide   = 32767 // what tesseract takes
)

// A frame is the size of one picture of a file.
type frame struct{ width, height int64 }

// picture reads a picture by OCR, once its size is known to be bearable.
func (s *source) picture(ctx context.Context, kind string) ([]Page, error) {
	frames, ok := s.frames(kind)
	if !ok {
		return nil, s.fail(ErrDamaged, "图片的文件头已损坏，请重新导出或拍摄后上传")
	}
	if len(frames) > s.o.MaxPages {
		return nil, s.fail(ErrTooLarge, "图片超过 %d 页，请拆分后重新上传", s.o.MaxPages)
	}
	for _, f := range frames {
		if f.width <= 0 || f.height <= 0 {
			return nil, s.fail(ErrDamaged, "图片的宽或高为 0，请重新导出或拍摄后上传")
		}
		if f.width > maxSide || f.height > maxSide || f.width*f.height > maxPixels {
			return nil, s.fail(ErrTooLarge, "图片为 %d×%d 像素，超过上限（1 亿像素、边长 %d），请缩小后重新上传", f.width, f.height, maxSide)
		}
	}
	if !s.whole(kind) {
		return nil, s.fail(ErrDamaged, "图片不完整（缺少结尾），可能没有下载完，请重新导出后上传")
	}
	if s.o.Tools.Tesseract == "" {
		return nil, s.fail(ErrNoText, "图片需要 OCR 程序才能识别，请让管理员安装：%s", Install)
	}
	pages, err := s.recognise(ctx, s.abs, nil)
	for _, p := range pages {
		s.doubt(p)
	}
	return pages, err
}

// frames returns the sizes that the headers state, without decoding a pixel.
func (s *source) frames(kind string) ([]frame, bool) {
	in := io.NewSectionReader(s.f, 0, s.size)
	switch kind {
	case KindPNG:
		c, err := png.DecodeConfig(in)
		return []frame{{int64(c.Width), int64(c.Height)}}, err == nil
	case KindJPEG:
		c, err := jpeg.DecodeConfig(in)
		return []frame{{int64(c.Width), int64(c.Height)}}, err == nil
	case KindBMP:
		return bmpFrame(in)
	}
	return tiffFrames(in, s.o.MaxPages)
}

// whole tells whether the mark that ends the format is there. What a camera
// writes behind it does not matter.
func (s *source) whole(kind string) bool {
	mark := map[string]string{KindPNG: "IEND", KindJPEG: "\xFF\xD9"}[kind]
	end, err := s.tail(64 << 10)
	return err == nil && bytes.Contains(end, []byte(mark))
}

// bmpFrame reads a bitmap's header; a negative height means rows from the top.
func bmpFrame(in io.ReaderAt) ([]frame, bool) {
	var h [26]byte
	if _, err := in.ReadAt(h[:], 0); err != nil {
		return nil, false
	}
	if binary.LittleEndian.Uint32(h[14:]) == 12 {
		return []frame{{int64(binary.LittleEndian.Uint16(h[18:])), int64(binary.LittleEndian.Uint16(h[20:]))}}, true
	}
	width, height := int32(binary.LittleEndian.Uint32(h[18:])), int32(binary.LittleEndian.Uint32(h[22:]))
	return []frame{{int64(width), max(int64(height), -int64(height))}}, true
}

// tiffFrames follows the chain of directories up to one more than maxPages,
// because tesseract reads every one of them. A chain that turns back ends
// there as well.
func tiffFrames(in io.ReaderAt, maxPages int) ([]frame, bool) {
	var h [8]byte
	if _, err := in.ReadAt(h[:], 0); err != nil {
		return nil, false
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if h[0] == 'M' {
		order = binary.BigEndian
	}
	var frames []frame
	at := int64(order.Uint32(h[4:]))
	for at != 0 && len(frames) <= maxPages {
		f, next, ok := tiffDirectory(in, order, at)
		if !ok {
			return nil, false
		}
		frames = append(frames, f)
		at = next
	}
	return frames, len(frames) > 0
}

// tiffDirectory reads the size of one picture (tags 256 and 257, short or
// long) and the offset of the next directory.
func tiffDirectory(in io.ReaderAt, order binary.ByteOrder, at int64) (f frame, next int64, ok bool) {
	var count [2]byte
	if _, err := in.ReadAt(count[:], at); err != nil {
		return f, 0, false
	}
	entries := make([]byte, int(order.Uint16(count[:]))*12+4)
	if _, err := in.ReadAt(entries, at+2); err != nil {
		return f, 0, false
	}
	for len(entries) > 4 {
		value := int64(order.Uint32(entries[8:]))
		if order.Uint16(entries[2:]) == 3 {
			value = int64(order.Uint16(entries[8:]))
		}
		switch order.Uint16(entries) {
		case 256:
			f.width = value
		case 257:
			f.height = value
		}
		entries = entries[12:]
	}
	return f, int64(order.Uint32(entries)), true
}
