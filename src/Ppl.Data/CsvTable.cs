using System.Runtime.CompilerServices;
using TorchSharp;

namespace Ppl.Data;

/// <summary>A table of numbers with named columns, read from a CSV file.</summary>
public sealed class CsvTable
{
    private const int NamedColumns = 10;

    private readonly string file;
    private readonly Dictionary<string, int> places;
    private readonly double[] values;
    private readonly Dictionary<string, string[]> categories;

    internal CsvTable(
        string file, string[] columns, Dictionary<string, int> places, double[] values, Dictionary<string, string[]> categories)
    {
        this.file = file;
        this.places = places;
        this.values = values;
        this.categories = categories;
        Columns = Array.AsReadOnly(columns);
        RowCount = columns.Length == 0 ? 0 : values.Length / columns.Length;
    }

    /// <summary>The columns' names, from left to right; x1, x2, … where the file has no header.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of rows, header and skipped rows not counted.</summary>
    public int RowCount { get; }

    /// <summary>One value.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <param name="column">Column, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such row or column.</exception>
    public double this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfNegative(column);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, RowCount);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns.Count);
            return values[(row * Columns.Count) + column];
        }
    }

    /// <summary>Reads a CSV file of numbers (RFC 4180; decimal point, no thousands separators).</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Header, delimiter, missing values and text columns.</param>
    /// <exception cref="DataFileException">Missing or unreadable file, no rows, rows of different lengths, a cell that is no number,
    /// a missing value under <see cref="MissingValues.Refuse"/>, column names that are used twice or are not there, or an end within the
    /// last row.</exception>
    public static CsvTable Read(string path, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var text = new StreamReader(new MemoryStream(DataFile.ReadAll(path)));
        return CsvTableReader.Read(path, text, options ?? new CsvOptions(), StringComparer.Ordinal);
    }

    /// <summary>Reads CSV text; <paramref name="name"/> stands for the file in error messages.</summary>
    /// <param name="text">The text, read to its end.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">Header, delimiter, missing values and text columns.</param>
    /// <exception cref="DataFileException">As for a file.</exception>
    public static CsvTable Read(TextReader text, string name = "text", CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return CsvTableReader.Read(name, text, options ?? new CsvOptions(), StringComparer.Ordinal);
    }

    /// <summary>A column by name.</summary>
    /// <param name="name">One of <see cref="Columns"/>.</param>
    /// <exception cref="DataFileException">There is no such column.</exception>
    public double[] Column(string name)
    {
        var column = IndexOf(name);
        var result = new double[RowCount];
        for (var row = 0; row < RowCount; row++) result[row] = values[(row * Columns.Count) + column];

        return result;
    }

    /// <summary>Some columns as one row-major array of [rows, columns]; all columns when none is named.</summary>
    /// <param name="columns">Names from <see cref="Columns"/>.</param>
    /// <exception cref="DataFileException">There is no such column.</exception>
    public float[] ToFloats(params ReadOnlySpan<string> columns)
    {
        var indices = new int[columns.Length == 0 ? Columns.Count : columns.Length];
        for (var k = 0; k < indices.Length; k++) indices[k] = columns.Length == 0 ? k : IndexOf(columns[k]);

        var result = new float[RowCount * indices.Length];
        for (var row = 0; row < RowCount; row++)
        {
            for (var k = 0; k < indices.Length; k++)
                result[(row * indices.Length) + k] = (float)values[(row * Columns.Count) + indices[k]];
        }

        return result;
    }

    /// <summary>Columns as a data set with one column "x" of float32 and shape [rows, columns]. It has the file's name.</summary>
    /// <param name="columns">Names from <see cref="Columns"/>; all of them when none is named.</param>
    /// <returns>A data set that holds the values until it is disposed.</returns>
    /// <exception cref="DataFileException">There is no such column.</exception>
    [OverloadResolutionPriority(1)]
    public TensorDataset ToDataset(params ReadOnlySpan<string> columns)
    {
        using var scope = torch.NewDisposeScope();
        return Dataset.From(Path.GetFileName(file), ("x", ToTensor(columns)));
    }

    /// <summary>
    /// A data set with named columns, each of float32 and shape [rows, columns of the table]:
    /// <c>table.ToDataset(("y", ["height"]), ("x", ["width", "age"]))</c>. It has the file's name.
    /// </summary>
    /// <param name="columns">For each column its name, such as that of a model's parameter, and one or more names from <see cref="Columns"/>.</param>
    /// <returns>A data set that holds the values until it is disposed.</returns>
    /// <exception cref="DataFileException">There is no such column.</exception>
    /// <exception cref="ArgumentException">A name is used twice, or has no columns of the table.</exception>
    public TensorDataset ToDataset(params ReadOnlySpan<(string Name, string[] Columns)> columns)
    {
        using var scope = torch.NewDisposeScope();
        var named = new (string Name, torch.Tensor Values)[columns.Length];
        for (var k = 0; k < named.Length; k++)
        {
            var (name, parts) = columns[k];
            ArgumentNullException.ThrowIfNull(parts, nameof(columns));
            if (parts.Length == 0)
                throw new ArgumentException($"column \"{name}\": expected at least one column of the table, found none", nameof(columns));
            if (Array.Exists(named, column => column.Name == name))
                throw new ArgumentException($"column \"{name}\": the name is used twice", nameof(columns));
            named[k] = (name, ToTensor(parts));
        }

        return Dataset.From(Path.GetFileName(file), named);
    }

    /// <summary>File, rows and columns: <c>faithful.csv: 272 rows of eruptions, waiting</c>.</summary>
    public override string ToString() => $"{file}: {RowCount} rows of {First(Columns)}";

    /// <summary>The texts of a text column; the value k in the column stands for entry k.</summary>
    /// <param name="column">One of the columns read with <see cref="CsvOptions.TextColumns"/>.</param>
    /// <exception cref="DataFileException">The column was not read as text.</exception>
    public IReadOnlyList<string> Categories(string column)
        => categories.TryGetValue(column, out var texts)
            ? texts
            : throw new DataFileException(file, $"column \"{column}\" was not read as text");

    /// <summary>The fault of a name that no column has; it lists the first columns, since a table may have millions.</summary>
    internal static DataFileException NoColumn(string file, string name, IReadOnlyList<string> columns) =>
        new(file, $"no column \"{name}\"; the columns are {First(columns)}");

    private static string First(IReadOnlyList<string> columns)
    {
        var more = columns.Count > NamedColumns ? $", ... ({columns.Count} in all)" : "";
        return string.Join(", ", columns.Take(NamedColumns)) + more;
    }

    private torch.Tensor ToTensor(ReadOnlySpan<string> columns)
    {
        var width = columns.Length == 0 ? Columns.Count : columns.Length;
        return torch.tensor(ToFloats(columns), [RowCount, width], dtype: torch.ScalarType.Float32);
    }

    private int IndexOf(string name) => places.TryGetValue(name, out var place) ? place : throw NoColumn(file, name, Columns);
}
