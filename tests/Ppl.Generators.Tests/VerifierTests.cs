namespace Ppl.Generators.Tests;

/// <summary>
/// What counts as a difference between a text and its verified file. The same cases hold with the package and with the stand-in, so that
/// a snapshot that passes with one passes with the other.
/// </summary>
public sealed class VerifierTests : IDisposable
{
    // No diff tool opens for the differences that are meant here.
    static VerifierTests() => Environment.SetEnvironmentVariable("DiffEngine_Disabled", "true");

    private readonly string folder = Directory.CreateTempSubdirectory("verifier").FullName;

    private string Source => Path.Combine(folder, "VerifierTests.cs");

    [Fact]
    public async Task Equal_texts_pass()
    {
        var verified = Write(nameof(Equal_texts_pass), "one\ntwo\n");
        await Verifier.Verify("one\ntwo\n", "txt", sourceFile: Source);
        Assert.Equal([verified], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_newline_more_in_the_file_passes()
    {
        Write(nameof(A_newline_more_in_the_file_passes), "one\n\n");
        await Verifier.Verify("one\n", "txt", sourceFile: Source);
    }

    [Fact]
    public async Task A_newline_less_in_the_file_is_a_difference()
    {
        var verified = Write(nameof(A_newline_less_in_the_file_is_a_difference), "one");
        await Assert.ThrowsAnyAsync<Exception>(() => Verifier.Verify("one\n", "txt", sourceFile: Source));
        Assert.Equal("one\n", File.ReadAllText(Received(verified)));
    }

    [Fact]
    public async Task Two_newlines_more_in_the_file_are_a_difference()
    {
        Write(nameof(Two_newlines_more_in_the_file_are_a_difference), "one\n\n\n");
        await Assert.ThrowsAnyAsync<Exception>(() => Verifier.Verify("one\n", "txt", sourceFile: Source));
    }

    [Fact]
    public async Task A_space_at_the_end_is_a_difference()
    {
        Write(nameof(A_space_at_the_end_is_a_difference), "one \n");
        await Assert.ThrowsAnyAsync<Exception>(() => Verifier.Verify("one\n", "txt", sourceFile: Source));
    }

    [Fact]
    public async Task Line_ends_of_other_systems_are_none()
    {
        Write(nameof(Line_ends_of_other_systems_are_none), "one\r\ntwo\rthree\n");
        await Verifier.Verify("one\ntwo\r\nthree\n", "txt", sourceFile: Source);
    }

    [Fact]
    public async Task A_missing_file_is_a_difference()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Verifier.Verify("one\n", "txt", sourceFile: Source));
        Assert.Equal(["VerifierTests.A_missing_file_is_a_difference.received.txt"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_empty_file_is_a_missing_one()
    {
        Write(nameof(An_empty_file_is_a_missing_one), "");
        await Assert.ThrowsAnyAsync<Exception>(() => Verifier.Verify("\n", "txt", sourceFile: Source));
    }

    [Fact]
    public async Task A_passing_test_takes_away_what_was_received_before()
    {
        var verified = Write(nameof(A_passing_test_takes_away_what_was_received_before), "one\n");
        File.WriteAllText(Received(verified), "two\n");
        await Verifier.Verify("one\n", "txt", sourceFile: Source);
        Assert.Equal([verified], Directory.GetFiles(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string test, string text)
    {
        var verified = Path.Combine(folder, $"VerifierTests.{test}.verified.txt");
        File.WriteAllText(verified, text);
        return verified;
    }

    private static string Received(string verified) => verified.Replace(".verified.", ".received.", StringComparison.Ordinal);
}
