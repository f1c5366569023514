namespace Ppl.Inference.Checkpoints;

/// <summary>A part of the file, read forwards. It tells its length, which the archive's own stream does not, and never gives more.</summary>
/// <param name="source">The archive's stream, which this one owns.</param>
/// <param name="length">The bytes that the part has.</param>
internal sealed class PartStream(Stream source, long length) : Stream
{
    private long position;

    public override bool CanRead => true;

    /// <summary>True, since readers that check a size against what is left ask this first; they do not seek.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer[..(int)Math.Min(buffer.Length, length - position)]);
        position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
