namespace Ppl.Data;

/// <summary>What a reader does with a value that is missing.</summary>
public enum MissingValues
{
    /// <summary>A missing value is an error that names line and column.</summary>
    Refuse,

    /// <summary>A missing value becomes NaN.</summary>
    AsNaN,

    /// <summary>A row with a missing value is left out.</summary>
    SkipRow,
}

/// <summary>How a CSV file is read.</summary>
public sealed record CsvOptions
{
    /// <summary>Whether the first row names the columns; null decides by itself: it does when one of its cells is no number.</summary>
    public bool? Header { get; init; }

    /// <summary>What stands between two cells.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>
    /// Whether the last row must end with a line break, as most programs write it. A file that was cut off within its last number looks
    /// like a whole one otherwise.
    /// </summary>
    public bool RequireFinalLineBreak { get; init; } = true;

    /// <summary>What happens to missing values.</summary>
    public MissingValues Missing { get; init; } = MissingValues.Refuse;

    /// <summary>The cells that count as missing, compared after trimming.</summary>
    public IReadOnlyCollection<string> MissingMarks { get; init; } = ["", "NA", "NaN", "nan", "?"];

    /// <summary>
    /// Columns that hold text. Each different text becomes a code 0, 1, 2, … in the order of first appearance; the texts are in
    /// <see cref="CsvTable.Categories(string)"/>.
    /// </summary>
    public IReadOnlyCollection<string> TextColumns { get; init; } = [];
}
