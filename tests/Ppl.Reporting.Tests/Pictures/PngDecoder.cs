using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ppl.Common;

namespace Ppl.Reporting.Tests.Pictures;

/// <summary>Decodes what the encoder may write, straight from the standard and with every check that it names.</summary>
internal static class PngDecoder
{
    public static (int Width, int Height, int Channels, byte[] Pixels) Decode(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var header = Array.Empty<byte>();
        using var data = new MemoryStream();
        var types = new List<string>();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = Encoding.ASCII.GetString(file, at + 4, 4);
            var check = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length));
            Assert.Equal(Crc32.Append(0, file.AsSpan(at + 4, 4 + length)), check);
            types.Add(type);
            header = type == "IHDR" ? file[(at + 8)..(at + 8 + length)] : header;
            data.Write(file, at + 8, type == "IDAT" ? length : 0);
            at += 12 + length;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], types);
        Assert.Equal([8, header[9], 0, 0, 0], header[8..]);
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        var channels = header[9] == 0 ? 1 : header[9] == 2 ? 3 : throw new InvalidDataException($"colour type {header[9]}");
        data.Position = 0;
        return (width, height, channels, Unfilter(data, width * channels, height, channels));
    }

    private static byte[] Unfilter(Stream data, int stride, int height, int step)
    {
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        var pixels = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            var filter = zlib.ReadByte();
            var row = pixels.AsSpan(y * stride, stride);
            zlib.ReadExactly(row);
            for (var x = 0; x < stride; x++)
            {
                int left = x >= step ? row[x - step] : 0;
                int up = y > 0 ? pixels[((y - 1) * stride) + x] : 0;
                int corner = x >= step && y > 0 ? pixels[((y - 1) * stride) + x - step] : 0;
                row[x] += (byte)(filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) >> 1,
                    4 => new[] { left, up, corner }.MinBy(value => Math.Abs(left + up - corner - value)),
                    _ => throw new InvalidDataException($"filter {filter}"),
                });
            }
        }

        Assert.Equal(-1, zlib.ReadByte());
        return pixels;
    }
}
