namespace Ppl.Reporting.Tests;

public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_program_at_a_time_has_an_output_folder()
    {
        var path = folder.File("out/run");
        using (var first = OutputFolder.Claim(path))
        {
            Assert.Equal(Path.Combine(path, "curve.png"), first.File("curve.png"));
            var fault = Assert.Throws<IOException>(() => OutputFolder.Claim(path));
            Assert.Equal(
                $"output folder {path}: another program writes its results there now; let it end, or name another folder", fault.Message);
            using var other = OutputFolder.Claim(folder.File("out/other"));
        }

        // The lock's file is still there, and locks nothing.
        Assert.True(File.Exists(Path.Combine(path, ".lock")));
        OutputFolder.Claim(path).Dispose();
    }

    [Fact]
    public void A_file_in_the_way_of_a_folder_is_no_other_program()
    {
        File.WriteAllText(folder.File("file"), "in the way");
        var fault = Assert.ThrowsAny<IOException>(() => OutputFolder.Claim(folder.File("file")));
        Assert.DoesNotContain("another program", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_several_writers_add_stay_whole_under_one_header()
    {
        var path = folder.File("rows.csv");
        string[] rows = [.. Enumerable.Range(0, 8).Select(writer => new string((char)('a' + writer), 5000))];
        Parallel.ForEach(rows, new ParallelOptions { MaxDegreeOfParallelism = rows.Length }, row =>
        {
            for (var i = 0; i < 20; i++)
            {
                SharedFile.Append(path, (text, isNew) =>
                {
                    if (isNew) text.Write("header\n");
                    text.Write(row[..2500]);

                    // Time for the others to come between the look at the file and the writing of the row.
                    Thread.Sleep(1);
                    text.Write(row[2500..] + "\n");
                });
            }
        });
        var lines = File.ReadAllLines(path);
        Assert.Equal("header", lines[0]);
        Assert.Equal(rows.SelectMany(row => Enumerable.Repeat(row, 20)).Order(), lines.Skip(1).Order());
    }

    [Fact]
    public void A_failed_addition_adds_nothing_and_one_that_waits_too_long_names_the_file()
    {
        var path = folder.File("rows.csv");
        SharedFile.Append(path, (text, _) => text.Write("one\n"));
        Assert.Throws<InvalidOperationException>(() => SharedFile.Append(path, (text, isNew) =>
        {
            Assert.False(isNew);
            text.Write("tw");
            throw new InvalidOperationException();
        }));
        Assert.Equal("one\n", File.ReadAllText(path));

        using var held = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
        var fault = Assert.Throws<IOException>(() => SharedFile.Append(path, (_, _) => { }, TimeSpan.FromMilliseconds(100)));
        Assert.Equal($"{path}: another program has held the file for 0.1 s", fault.Message);
    }
}
