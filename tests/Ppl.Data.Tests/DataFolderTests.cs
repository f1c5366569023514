namespace Ppl.Data.Tests;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string? before = Environment.GetEnvironmentVariable(DataFolder.Variable);
    private readonly string? cacheBefore = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(DataFolder.Variable, before);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cacheBefore);
        folder.Dispose();
    }

    [Fact]
    public void The_option_comes_before_the_variable()
    {
        Directory.CreateDirectory(folder.File("named"));
        Environment.SetEnvironmentVariable(DataFolder.Variable, folder.File("named"));
        Assert.Equal(folder.File("named"), DataFolder.Resolve());
        Assert.Equal(folder.Path, DataFolder.Resolve(folder.Path));
        Assert.Equal(folder.File("named"), DataFolder.Resolve(""));
        Assert.Equal(folder.File("named"), DataFolder.ForDownloads());
    }

    [Fact]
    public void A_variable_that_names_no_folder_is_a_mistake()
    {
        Environment.SetEnvironmentVariable(DataFolder.Variable, folder.File("typo"));
        Assert.Equal(
            $"{folder.File("typo")}: the data folder that PPL_DATA names does not exist",
            Assert.Throws<DataFileException>(() => DataFolder.Resolve()).Message);
        Assert.Equal(folder.File("typo"), DataFolder.ForDownloads());
    }

    [Fact]
    public void Without_a_choice_the_users_cache_is_used()
    {
        Environment.SetEnvironmentVariable(DataFolder.Variable, null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder.Path);
        Assert.EndsWith(Path.Combine("ppl", "data"), DataFolder.ForDownloads(), StringComparison.Ordinal);
    }

    [FactOn("other systems have no variable that moves the user's cache", "Linux")]
    public void The_users_cache_is_where_the_system_is_told_that_it_is()
    {
        Environment.SetEnvironmentVariable(DataFolder.Variable, null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder.Path);
        var cache = DataFolder.ForDownloads();
        Assert.Equal(Path.Combine(folder.Path, "ppl", "data"), cache);
        Assert.Null(DataFolder.Resolve());
        Assert.StartsWith(
            $"mnist/train-images-idx3-ubyte.gz: MNIST train not found; looked in {cache}.",
            Assert.Throws<DataFileException>(() => Mnist.Train()).Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(cache, "mnist"));
        Assert.Equal(cache, DataFolder.Containing("mnist"));
    }
}
