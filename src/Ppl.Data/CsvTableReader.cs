using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Ppl.Data;

/// <summary>Turns CSV text into a <see cref="CsvTable"/>; every fault names its line and column.</summary>
internal sealed class CsvTableReader
{
    private const char Nul = '\0';
    private static readonly char[] CommonDelimiters = [';', ',', '\t', '|'];

    private readonly string file;
    private readonly CsvOptions options;
    private readonly List<double> values = [];
    private readonly Dictionary<string, int> places;
    private string[] columns = [];
    private string firstRow = "";
    private Dictionary<string, int>?[] codes = [];

    private CsvTableReader(string file, CsvOptions options, IEqualityComparer<string> names)
    {
        this.file = file;
        this.options = options;
        places = new(names);
    }

    /// <summary>Reads a table whose columns' names are told apart by <paramref name="names"/>.</summary>
    public static CsvTable Read(string file, TextReader text, CsvOptions options, IEqualityComparer<string> names)
    {
        var reader = new CsvTableReader(file, options, names);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = options.Delimiter.ToString(),
            TrimOptions = TrimOptions.Trim,
            BadDataFound = null,
            DetectColumnCountChanges = false,
        };
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        try
        {
            reader.ReadRows(parser);
        }
        catch (Exception fault) when (fault is CsvHelperException or IOException and not DataFileException)
        {
            throw new DataFileException(file, $"line {parser.RawRow}: cannot be parsed: {fault.Message}", fault);
        }

        return reader.ToTable();
    }

    private void ReadRows(CsvParser parser)
    {
        if (!parser.Read()) throw new DataFileException(file, "expected at least one row, found none");

        // A quoted cell may hold line breaks, so that a row starts one line after the end of the row before it.
        var line = 1;
        if (Start(parser))
        {
            line = parser.RawRow + 1;
            if (!parser.Read()) throw new DataFileException(file, "expected at least one row after the header, found none");
        }

        string raw;
        do
        {
            raw = parser.RawRecord;
            ReadRow(parser, Math.Max(line, parser.RawRow - LineBreaks(raw)));
            line = parser.RawRow + 1;
        }
        while (parser.Read());
        CheckEnd(raw, line - 1);
    }

    private static int LineBreaks(string raw) => raw.AsSpan().TrimEnd("\r\n").Count('\n');

    /// <summary>Refuses a last row that may have been cut off: within quotes it was, and without a line break nobody can tell.</summary>
    private void CheckEnd(string raw, int line)
    {
        if (EndsInQuotes(raw))
        {
            throw new DataFileException(
                file, $"line {line - raw.Count('\n')}: the quote before the last cell is never closed: the text is cut off");
        }

        if (!options.RequireFinalLineBreak || raw[^1] is '\n' or '\r') return;
        var last = raw.AsSpan(raw.AsSpan().LastIndexOf(options.Delimiter) + 1).Trim();
        throw new DataFileException(
            file,
            $"line {line}: the text ends after \"{last}\" without a line break, as a file that was cut off does; "
            + "where that is the whole number, set CsvOptions.RequireFinalLineBreak to false");
    }

    /// <summary>Whether a row ends within a quoted cell. A quote within a cell that does not begin with one is a character like any other.</summary>
    private bool EndsInQuotes(string raw)
    {
        var (atStart, quoted, inside) = (true, false, false);
        foreach (var character in raw)
        {
            if (!inside && character == options.Delimiter)
            {
                (atStart, quoted) = (true, false);
                continue;
            }

            if (character == '"' && (atStart || quoted)) (quoted, inside) = (true, !inside);
            atStart = atStart && character == ' ';
        }

        return inside;
    }

    /// <summary>Names the columns; true when the first row was the header.</summary>
    private bool Start(CsvParser parser)
    {
        var first = parser.Record ?? [];
        firstRow = parser.RawRecord;
        var header = options.Header ?? Array.Exists(first, cell => !options.MissingMarks.Contains(cell) && !TryParse(cell, out _));
        columns = header
            ? (string[])first.Clone()
            : Array.ConvertAll([.. Enumerable.Range(1, first.Length)], k => $"x{k.ToString(CultureInfo.InvariantCulture)}");
        CheckNames();
        codes = new Dictionary<string, int>?[columns.Length];
        foreach (var text in options.TextColumns)
            codes[places.TryGetValue(text, out var place) ? place : throw CsvTable.NoColumn(file, text, columns)] = [];

        return header;
    }

    private void CheckNames()
    {
        for (var k = 0; k < columns.Length; k++)
        {
            RefuseNul(columns[k], $"line 1, column {k + 1}");
            if (columns[k].Length == 0)
                throw new DataFileException(file, $"line 1, column {k + 1}: expected a column name, found an empty cell");

            if (!places.TryAdd(columns[k], k))
            {
                throw new DataFileException(
                    file, $"line 1, column {k + 1}: the name \"{columns[k]}\" is already that of column {places[columns[k]] + 1}");
            }
        }
    }

    private void ReadRow(CsvParser parser, int line)
    {
        if (parser.Count != columns.Length)
            throw new DataFileException(file, $"line {line}: expected {columns.Length} columns, found {parser.Count}{OtherDelimiter(parser, line)}");

        var start = values.Count;
        for (var k = 0; k < columns.Length; k++)
        {
            var cell = parser[k];
            if (cell.Contains(Nul)) RefuseNul(cell, Place(line, k));
            if (!options.MissingMarks.Contains(cell))
            {
                values.Add(codes[k] is { } texts ? Code(texts, cell) : Number(parser, cell, line, k));
            }
            else if (options.Missing == MissingValues.AsNaN)
            {
                values.Add(double.NaN);
            }
            else if (options.Missing == MissingValues.SkipRow)
            {
                values.RemoveRange(start, values.Count - start);
                return;
            }
            else
            {
                throw new DataFileException(file, $"{Place(line, k)}: expected a number, found a missing value (\"{cell}\")");
            }
        }
    }

    private static double Code(Dictionary<string, int> texts, string cell)
    {
        if (!texts.TryGetValue(cell, out var code))
        {
            code = texts.Count;
            texts.Add(cell, code);
        }

        return code;
    }

    private double Number(CsvParser parser, string cell, int line, int column)
    {
        if (!TryParse(cell, out var value))
            throw new DataFileException(file, $"{Place(line, column)}: expected a number, found \"{cell}\"{OtherDelimiter(parser, line)}");

        return double.IsFinite(value)
            ? value
            : throw new DataFileException(file, $"{Place(line, column)}: expected a finite number, found \"{cell}\"");
    }

    /// <summary>The number parser would take it for white space, and the file is not what it seems: damaged, or UTF-16.</summary>
    private void RefuseNul(string cell, string place)
    {
        if (!cell.Contains(Nul)) return;
        var shown = cell.Replace("\0", "\\0", StringComparison.Ordinal);
        throw new DataFileException(file, $"{place}: found the character NUL in \"{shown}\": the file is damaged, or not text in UTF-8");
    }

    /// <summary>What to say where the first row, or this one, has more of another common delimiter.</summary>
    private string OtherDelimiter(CsvParser parser, int line)
    {
        foreach (var (row, number) in new[] { (firstRow, 1), (parser.RawRecord, line) })
        {
            var own = Outside(row, options.Delimiter);
            foreach (var other in CommonDelimiters)
            {
                if (other == options.Delimiter || Outside(row, other) <= own) continue;
                return $"; line {number} has more {Shown(other)} than {Shown(options.Delimiter)}: "
                    + "where that parts the cells, set CsvOptions.Delimiter";
            }
        }

        return "";

        static string Shown(char delimiter) => delimiter == '\t' ? "tabs" : $"'{delimiter}'";
    }

    /// <summary>How often a character stands outside of quotes.</summary>
    private static int Outside(string row, char wanted)
    {
        var (count, quoted) = (0, false);
        foreach (var character in row)
        {
            if (character == '"') quoted = !quoted;
            else if (character == wanted && !quoted) count++;
        }

        return count;
    }

    private string Place(int line, int column) => $"line {line}, column {column + 1} ({columns[column]})";

    private static bool TryParse(string cell, out double value)
        => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private CsvTable ToTable()
    {
        if (values.Count == 0) throw new DataFileException(file, "every row has a missing value");

        var categories = new Dictionary<string, string[]>();
        for (var k = 0; k < columns.Length; k++)
        {
            if (codes[k] is { } texts)
                categories.Add(columns[k], [.. texts.OrderBy(pair => pair.Value).Select(pair => pair.Key)]);
        }

        return new CsvTable(file, columns, places, [.. values], categories);
    }
}
