namespace Ppl;

/// <summary>
/// A plate of a model: everything until the end of its <c>using</c> scope is repeated, independently, for each row of the data.
/// </summary>
/// <remarks>The plate's size is the leading dimension of its data. Compiled code never creates one; the interpreter does.</remarks>
public sealed class PlateScope : IDisposable
{
    private Action? close;

    internal PlateScope(long size, Action? close)
    {
        Size = size;
        this.close = close;
    }

    /// <summary>The number of rows.</summary>
    public long Size { get; }

    /// <summary>The number of rows.</summary>
    public override string ToString() => $"plate of {Size} rows";

    /// <summary>Closes the plate. A second call does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref close, null)?.Invoke();
}
