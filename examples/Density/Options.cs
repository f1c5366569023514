namespace Ppl.Examples.Density;

/// <summary>What is learnt.</summary>
public enum DataSet
{
    /// <summary>Two moons, which the program draws from a mixture: their exact density is known.</summary>
    Moons,

    /// <summary>A table of six numbers a row, which the program draws: its exact density is known.</summary>
    Table,

    /// <summary>The oil-flow table, of files.</summary>
    Oil,
}

/// <summary>The flow.</summary>
public enum FlowKind
{
    /// <summary>Couplings by rational-quadratic splines.</summary>
    Coupling,

    /// <summary>Masked autoregressive flows of affine maps.</summary>
    Autoregressive,

    /// <summary>Masked autoregressive flows of rational-quadratic splines.</summary>
    Splines,

    /// <summary>One block autoregressive network.</summary>
    Block,
}

/// <summary>The options of the program; <c>--help</c> says what each means.</summary>
public sealed record Options
{
    /// <summary>What is learnt.</summary>
    public DataSet Set { get; init; }

    /// <summary>The flow; couplings for the moons, splines for the drawn table and autoregressive flows for oil flow when null.</summary>
    public FlowKind? Flow { get; init; }

    /// <summary>The data sets' folder; null for none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Times that all rows are seen; 20, or 100 for oil flow, which has fewer rows, when null.</summary>
    public int? Epochs { get; init; }

    /// <summary>Rows that are drawn.</summary>
    public int Rows { get; init; } = 20_000;

    /// <summary>The seed of data, weights and batches.</summary>
    public long Seed { get; init; }

    /// <summary>The folder for the picture.</summary>
    public string Out { get; init; } = Path.Combine("out", "density");

    /// <summary>A run of seconds, with margins of its own.</summary>
    public bool Smoke { get; init; }

    /// <summary>The same run cut down to seconds.</summary>
    public Options Shortened() => Smoke ? this with { Epochs = Math.Min(Epochs ?? 10, 10), Rows = 2_000 } : this;
}
