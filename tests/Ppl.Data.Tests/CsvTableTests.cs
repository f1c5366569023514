using TorchSharp;

namespace Ppl.Data.Tests;

public sealed class CsvTableTests
{
    [Fact]
    public void A_header_is_recognised_and_columns_are_named()
    {
        var table = Read("eruptions, waiting\n3.6,79\n1.8,54\n");
        Assert.Equal(["eruptions", "waiting"], table.Columns);
        Assert.Equal(2, table.RowCount);
        Assert.Equal([79.0, 54], table.Column("waiting"));
        Assert.Equal(1.8, table[1, 0]);
        Assert.Equal([79f, 3.6f, 54f, 1.8f], table.ToFloats("waiting", "eruptions"));
        Assert.Equal([3.6f, 79f, 1.8f, 54f], table.ToFloats());
    }

    [Fact]
    public void Without_a_header_columns_are_numbered()
    {
        var table = Read("1;2e3\r\n-4.5;\"6\"\r\n", new CsvOptions { Delimiter = ';' });
        Assert.Equal(["x1", "x2"], table.Columns);
        Assert.Equal([2000.0, 6], table.Column("x2"));
    }

    [Fact]
    public void A_header_of_numbers_can_be_asked_for_and_one_of_words_refused()
    {
        Assert.Equal(["1", "2"], Read("1,2\n3,4\n", new CsvOptions { Header = true }).Columns);
        AssertProblem("line 1, column 1 (x1): expected a number, found \"a\"", "a,b\n1,2", new CsvOptions { Header = false });
    }

    [Fact]
    public void Text_columns_become_codes()
    {
        var table = Read("length,species\n1,setosa\n2,virginica\n3,setosa\n", new CsvOptions { TextColumns = ["species"] });
        Assert.Equal([0.0, 1, 0], table.Column("species"));
        Assert.Equal(["setosa", "virginica"], table.Categories("species"));
        Assert.Throws<DataFileException>(() => table.Categories("length"));
    }

    [Fact]
    public void Missing_values_follow_the_policy()
    {
        const string Text = "a,b\n1,2\nNA,3\n4,\n5,6\n";
        AssertProblem("line 3, column 1 (a): expected a number, found a missing value (\"NA\")", Text);
        Assert.Equal([1.0, double.NaN, 4, 5], Read(Text, new CsvOptions { Missing = MissingValues.AsNaN }).Column("a"));
        var skipped = Read(Text, new CsvOptions { Missing = MissingValues.SkipRow });
        Assert.Equal([1.0, 5], skipped.Column("a"));
        Assert.Equal([2.0, 6], skipped.Column("b"));
        AssertProblem("every row has a missing value", "a,b\n1,\n", new CsvOptions { Missing = MissingValues.SkipRow });
    }

    [Theory]
    [InlineData("", "expected at least one row, found none")]
    [InlineData("a,b\n", "expected at least one row after the header, found none")]
    [InlineData("a,b\n1,x\n", "line 2, column 2 (b): expected a number, found \"x\"")]
    [InlineData("a,b\n1,2\n\n3,1e999\n", "line 4, column 2 (b): expected a finite number, found \"1e999\"")]
    [InlineData("a,b\n1,2\n3\n", "line 3: expected 2 columns, found 1")]
    [InlineData("a,b\n1,2\n3,4,5\n", "line 3: expected 2 columns, found 3")]
    [InlineData("a,b,a\n1,2,3\n", "line 1, column 3: the name \"a\" is already that of column 1")]
    [InlineData("a,\n1,2\n", "line 1, column 2: expected a column name, found an empty cell")]
    [InlineData("a,b\n1,\"2\n\n\",\n3,4\n", "line 2: expected 2 columns, found 3")]
    [InlineData("1,234,5\n1,2\n", "line 2: expected 3 columns, found 2")]
    [InlineData("a\n1\0\n", "line 2, column 1 (a): found the character NUL in \"1\\0\": the file is damaged, or not text in UTF-8")]
    [InlineData("a,b\n1,2\n3,\0\0\n", "line 3, column 2 (b): found the character NUL in \"\\0\\0\": the file is damaged, or not text in UTF-8")]
    [InlineData("1\0\n2\n", "line 1, column 1 (x1): found the character NUL in \"1\\0\": the file is damaged, or not text in UTF-8")]
    [InlineData("a,b\0\n1,2\n", "line 1, column 2: found the character NUL in \"b\\0\": the file is damaged, or not text in UTF-8")]
    public void Faults_name_line_and_column(string text, string problem) => AssertProblem(problem, text);

    [Theory]
    [InlineData("a;b\n1,5;2\n", ',', "line 2: expected 1 columns, found 2; line 1 has more ';' than ',': where that parts the cells, set CsvOptions.Delimiter")]
    [InlineData("a;b\n1;2\n", ',', "line 2, column 1 (a;b): expected a number, found \"1;2\"; line 1 has more ';' than ',': where that parts the cells, "
        + "set CsvOptions.Delimiter")]
    [InlineData("a,b\n1,2\n3\t4\n", ',', "line 3: expected 2 columns, found 1; line 3 has more tabs than ',': where that parts the cells, "
        + "set CsvOptions.Delimiter")]
    [InlineData("a,b\n1,2\n", ';', "line 2, column 1 (a,b): expected a number, found \"1,2\"; line 1 has more ',' than ';': where that parts the cells, "
        + "set CsvOptions.Delimiter")]
    [InlineData("a,b\n1,\"2;3;4\"\n", ',', "line 2, column 2 (b): expected a number, found \"2;3;4\"")]
    public void Another_delimiter_is_suggested(string text, char delimiter, string problem)
        => AssertProblem(problem, text, new CsvOptions { Delimiter = delimiter });

    [Fact]
    public void A_text_column_with_a_nul_is_refused() => AssertProblem(
        "line 2, column 1 (a): found the character NUL in \"x\\0y\": the file is damaged, or not text in UTF-8",
        "a\nx\0y\n",
        new CsvOptions { TextColumns = ["a"] });

    [Fact]
    public void Columns_of_a_data_set_are_named_by_the_caller()
    {
        using var scope = torch.NewDisposeScope();
        var table = CsvTable.Read(new StringReader("height,width,age\n1,2,3\n4,5,6\n"), Path.Combine("some", "folder", "plants.csv"));
        using var data = table.ToDataset(("y", ["height"]), ("x", ["age", "width"]));
        Assert.Equal("plants.csv", data.Name);
        Assert.Equal(["y (1) Float32", "x (2) Float32"], data.Columns.Select(column => column.ToString()));
        var columns = data.All();
        Assert.Equal([1f, 4f], columns[0].data<float>().ToArray());
        Assert.Equal([3f, 2f, 6f, 5f], columns[1].data<float>().ToArray());
        using var one = table.ToDataset("width");
        Assert.Equal(["x (1) Float32"], one.Columns.Select(column => column.ToString()));
        using var all = table.ToDataset();
        Assert.Equal(["x (3) Float32"], all.Columns.Select(column => column.ToString()));
        Assert.Throws<DataFileException>(() => table.ToDataset(("y", ["weight"])));
        var none = Assert.Throws<ArgumentException>(() => table.ToDataset(("y", ["height"]), ("x", [])));
        Assert.StartsWith("column \"x\": expected at least one column of the table", none.Message, StringComparison.Ordinal);
        var twice = Assert.Throws<ArgumentException>(() => table.ToDataset(("y", ["height"]), ("y", ["age"])));
        Assert.StartsWith("column \"y\": the name is used twice", twice.Message, StringComparison.Ordinal);
    }

    /// <summary>A file that was cut off: within its last number, after a comma, within a quoted text, or within the header.</summary>
    [Theory]
    [InlineData("a,b\n1,2\n3,45", "line 3: the text ends after \"45\" without a line break, as a file that was cut off does; "
        + "where that is the whole number, set CsvOptions.RequireFinalLineBreak to false")]
    [InlineData("a,b\r\n1,2\r\n3,45", "line 3: the text ends after \"45\" without a line break, as a file that was cut off does; "
        + "where that is the whole number, set CsvOptions.RequireFinalLineBreak to false")]
    [InlineData("a,b\n1,2\n3,", "line 3, column 2 (b): expected a number, found a missing value (\"\")")]
    [InlineData("a,b\n1,2\n3", "line 3: expected 2 columns, found 1")]
    [InlineData("a,b\n1,\"2\n", "line 2: the quote before the last cell is never closed: the text is cut off")]
    [InlineData("a,b\n1, \"2\"\"\n", "line 2: the quote before the last cell is never closed: the text is cut off")]
    [InlineData("a,b", "expected at least one row after the header, found none")]
    public void A_cut_last_row_is_refused(string text, string problem) => AssertProblem(problem, text);

    [Fact]
    public void A_last_row_without_a_line_break_can_be_allowed()
    {
        var open = new CsvOptions { RequireFinalLineBreak = false };
        Assert.Equal([2.0, 45], Read("a,b\n1,2\n3,45", open).Column("b"));
        AssertProblem("line 2: the quote before the last cell is never closed: the text is cut off", "a,b\n1,\"2", open);
        Assert.Equal(["5\" pipe", "\"x\""], Read("a\n5\" pipe\n\"\"\"x\"\"\"\n5\" pipe\n", new CsvOptions { TextColumns = ["a"] }).Categories("a"));
    }

    /// <summary>The deadline is a hundred times what it takes; with a search through all names for each column it takes minutes.</summary>
    [Fact]
    public void Reading_by_name_is_linear_in_the_columns()
    {
        const int Count = 3000;
        string[] names = [.. Enumerable.Range(0, Count).Select(k => $"column {k}")];
        var text = $"{string.Join(',', names)}\n{string.Join(',', Enumerable.Range(0, Count))}\n";
        var comparisons = new CountingComparer();
        var table = CsvTableReader.Read("t", new StringReader(text), new CsvOptions { TextColumns = names[..(Count / 2)] }, comparisons);
        Assert.Equal(Enumerable.Range(Count / 2, Count / 2).Sum(k => (double)k), names.Sum(name => table.Column(name)[0]));
        Assert.Equal(Count, table.ToFloats(names).Length);
        Assert.Equal(["1"], table.Categories(names[1]));

        // Each name is looked up once when it is read, once more if it is of a text column, and once for each of the two readings; a look-up hashes the name once
        // and compares it with those in its bucket alone: one of the same hash, and now and then another.
        const int Lookups = Count + (Count / 2) + Count + Count;
        Assert.Equal(Lookups, comparisons.Hashed);
        Assert.InRange(comparisons.Compared, Lookups - Count, 2 * Lookups);
    }

    [Fact]
    public void A_message_names_only_the_first_of_very_many_columns()
    {
        var text = string.Join(',', Enumerable.Range(0, 1000).Select(k => $"c{k}")) + "\n" + string.Join(',', Enumerable.Range(0, 1000)) + "\n";
        var fault = Assert.Throws<DataFileException>(() => Read(text).Column("d"));
        Assert.Equal("t: no column \"d\"; the columns are c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ... (1000 in all)", fault.Message);
    }

    [Fact]
    public void Unknown_columns_are_named_with_the_known_ones()
    {
        Assert.Equal("t: no column \"c\"; the columns are a, b", Assert.Throws<DataFileException>(() => Read("a,b\n1,2\n").Column("c")).Message);
        AssertProblem("no column \"c\"; the columns are a, b", "a,b\n1,2", new CsvOptions { TextColumns = ["c"] });
        Assert.Throws<ArgumentOutOfRangeException>(() => Read("1,2\n")[0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Read("1,2\n")[1, 0]);
    }

    [Fact]
    public void Files_are_read_and_missing_ones_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.csv"), "a\n1\n");
        Assert.Equal([1.0], CsvTable.Read(folder.File("t.csv")).Column("a"));
        var missing = folder.File("no.csv");
        Assert.Equal($"{missing}: not found", Assert.Throws<DataFileException>(() => CsvTable.Read(missing)).Message);
    }

    [FactWhenData("small-tables")]
    public void The_small_tables_have_their_known_sizes_and_means()
    {
        var root = DataFolder.Containing("small-tables")!;
        var faithful = CsvTable.Read(Path.Combine(root, "small-tables", "faithful.csv"));
        Assert.Equal(272, faithful.RowCount);
        Assert.Equal(3.4878, faithful.Column("eruptions").Average(), 4);
        var iris = CsvTable.Read(Path.Combine(root, "small-tables", "iris.csv"), new CsvOptions { TextColumns = ["Species"] });
        Assert.Equal(150, iris.RowCount);
        Assert.Equal(["setosa", "versicolor", "virginica"], iris.Categories("Species"));
        Assert.Equal(1.0, iris.Column("Species").Average());
    }

    private static CsvTable Read(string text, CsvOptions? options = null) => CsvTable.Read(new StringReader(text), "t", options);

    private static void AssertProblem(string problem, string text, CsvOptions? options = null)
        => Assert.Equal($"t: {problem}", Assert.Throws<DataFileException>(() => Read(text, options)).Message);

    /// <summary>Tells names apart, and counts what that takes.</summary>
    private sealed class CountingComparer : IEqualityComparer<string>
    {
        public int Hashed { get; private set; }

        public int Compared { get; private set; }

        public bool Equals(string? x, string? y)
        {
            Compared++;
            return string.Equals(x, y, StringComparison.Ordinal);
        }

        public int GetHashCode(string obj)
        {
            Hashed++;
            return obj.GetHashCode(StringComparison.Ordinal);
        }
    }
}
