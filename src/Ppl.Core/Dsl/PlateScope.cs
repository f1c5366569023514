using Ppl.Contracts;

namespace Ppl;

/// <summary>
/// A plate of a model: a leading dimension over which sites are repeated independently. <c>using var data = Plate(x);</c> enters it, for every
/// site until the end of the scope; <c>var county = Plate(size: 85);</c> makes it for sites that name it: <c>Sample(..., within: county)</c>.
/// </summary>
/// <remarks>Compiled code never creates one; the interpreter does.</remarks>
public sealed class PlateScope : IDisposable
{
    private Action<PlateScope>? close;

    internal PlateScope(PlateInfo plan, long size, Action<PlateScope> close) => (Plan, Size, this.close) = (plan, size, close);

    /// <summary>How many copies there are.</summary>
    public long Size { get; }

    internal PlateInfo Plan { get; }

    /// <summary>The name and the size.</summary>
    public override string ToString() => $"plate '{Plan.Name}' of {Size}{(Plan.IsRows ? " rows" : "")}";

    /// <summary>Leaves the plate. A second call does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref close, null)?.Invoke(this);
}
