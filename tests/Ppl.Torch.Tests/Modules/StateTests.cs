using Ppl.Testing;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

public sealed class StateTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly string file = Path.GetTempFileName();

    public void Dispose()
    {
        scope.Dispose();
        File.Delete(file);
    }

    private static Sequential Net(long seed, long hidden = 5)
    {
        torch.random.manual_seed(seed);
        var net = Sequential(("first", Linear(3, hidden)), ("norm", BatchNorm1d(hidden)), ("last", Linear(hidden, 2)));
        using var x = torch.randn(8, 3);
        using var y = net.call(x);
        net.eval();
        return net;
    }

    private static byte[] Saved(Module net)
    {
        using var memory = new MemoryStream();
        net.save(memory);
        return memory.ToArray();
    }

    private static void AssertSame(Module left, Module right)
    {
        var (a, b) = (left.state_dict(), right.state_dict());
        Assert.Equal(a.Keys, b.Keys);
        foreach (var (name, tensor) in a) Assert.True(torch.equal(tensor, b[name]).item<bool>(), name);
    }

    [Fact]
    public void State_has_parameters_then_buffers_and_loads_into_an_equal_module()
    {
        using var source = Net(1);
        using var target = Net(2);
        Assert.Equal(
            ["first.weight", "first.bias", "norm.weight", "norm.bias", "last.weight", "last.bias",
                "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"],
            source.state_dict().Keys);
        var (missing, unexpected) = target.load_state_dict(source.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        AssertSame(source, target);
        Assert.True(target.get_parameter("first.weight").requires_grad);
    }

    [Fact]
    public void A_state_of_other_names_or_shapes_is_refused_and_changes_nothing()
    {
        using var target = Net(2);
        var before = Saved(target);
        using var wider = Net(1, hidden: 6);
        Assert.Contains("first.weight", Assert.Throws<ArgumentException>(() => target.load_state_dict(wider.state_dict())).Message);
        var partial = Net(1).state_dict();
        partial.Remove("last.bias");
        partial["extra"] = torch.zeros(1);
        var fault = Assert.Throws<InvalidOperationException>(() => target.load_state_dict(partial));
        Assert.Contains("missing [last.bias], unexpected [extra]", fault.Message);
        Assert.Equal(before, Saved(target));

        var (missing, unexpected) = target.load_state_dict(partial, strict: false);
        Assert.Equal(["last.bias"], missing);
        Assert.Equal(["extra"], unexpected);
        Assert.NotEqual(before, Saved(target));
    }

    [Fact]
    public void Skipped_entries_stay()
    {
        using var source = Net(1);
        using var target = Net(2);
        var bias = target.get_parameter("last.bias").clone();
        target.load_state_dict(source.state_dict(), skip: ["last.bias"]);
        Assert.True(torch.equal(bias, target.get_parameter("last.bias")).item<bool>());
        Assert.True(torch.equal(source.get_parameter("last.weight"), target.get_parameter("last.weight")).item<bool>());
    }

    [Fact]
    public void The_file_has_TorchSharp_s_layout()
    {
        using var net = Sequential(("a", Linear(2, 1, hasBias: false)));
        net.get_parameter("a.weight").bytes = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 };
        // One entry; its name with its length; the element type Float32; two dimensions, 1 and 2; the elements.
        Assert.Equal([1, 8, .. "a.weight"u8, 6, 2, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8], Saved(net));
    }

    [Fact]
    public void Saved_files_load()
    {
        using var source = Net(1);
        using var target = Net(2);
        source.save(file);
        var loaded = new Dictionary<string, bool>();
        target.load(file, loadedParameters: loaded);
        AssertSame(source, target);
        Assert.Equal(source.state_dict().Keys, loaded.Keys);
        Assert.False(File.Exists(file + ".part"));
    }

    [Fact]
    public void A_link_is_saved_to_its_target()
    {
        var (target, link) = (file + ".target", file + ".link");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);
        using var source = Net(1);
        using var loaded = Net(2);
        source.save(link);
        loaded.load(target);
        AssertSame(source, loaded);
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        File.Delete(link);
        File.Delete(target);
    }

    /// <summary>A pipe is written to, as TorchSharp does, and not replaced by a file.</summary>
    [FactOn("Windows has no pipes among its files.", "Linux", "macOS")]
    public void A_pipe_stays_one()
    {
        var pipe = file + ".pipe";
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe])) made.WaitForExit();
        try
        {
            using var source = Net(1);
            using var loaded = Net(2);
            using var reader = System.Diagnostics.Process.Start("cp", [pipe, file]);
            source.save(pipe);
            Assert.True(reader.WaitForExit(TimeSpan.FromSeconds(30)));
            loaded.load(file);
            AssertSame(source, loaded);
        }
        finally
        {
            File.Delete(pipe);
        }
    }

    [Fact]
    public void A_save_that_fails_leaves_the_file_as_it_was()
    {
        using var net = Net(1);
        net.save(file);
        var before = File.ReadAllBytes(file);
        net.get_parameter("last.bias").Dispose();
        Assert.ThrowsAny<Exception>(() => net.save(file));
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.False(File.Exists(file + ".part"));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_and_changes_nothing()
    {
        using var source = Net(1);
        using var target = Net(2);
        var (whole, before) = (Saved(source), Saved(target));
        foreach (var length in new[] { 0, 1, 5, 13, 14, 15, 16, 40, whole.Length / 2, whole.Length - 1 })
            Assert.Throws<EndOfStreamException>(() => target.load(new MemoryStream(whole[..length])));

        Assert.Equal(before, Saved(target));
    }

    [Theory]
    [InlineData("PK\u0003\u0004 a zip archive from another program, long enough to be read a little")]
    [InlineData("\u0009\u0004name\u0063\u0001\u0001")]
    [InlineData("\u0009\u0004name\u0006\u007f\u0001")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    public void A_foreign_file_is_refused_and_changes_nothing(string text)
    {
        using var target = Net(2);
        var before = Saved(target);
        var bytes = text.Select(c => (byte)c).ToArray();
        var fault = Assert.ThrowsAny<Exception>(() => target.load(new MemoryStream(bytes)));
        Assert.True(fault is InvalidDataException or EndOfStreamException or ArgumentException, fault.ToString());
        Assert.Equal(before, Saved(target));
    }

    [Fact]
    public void A_file_of_another_element_type_is_refused()
    {
        using var source = Net(1).to(ScalarType.Float64);
        using var target = Net(2);
        var before = Saved(target);
        var fault = Assert.Throws<ArgumentException>(() => target.load(new MemoryStream(Saved(source))));
        Assert.Contains("Float64", fault.Message);
        Assert.Equal(before, Saved(target));
    }

    [Fact]
    public void Tensors_save_and_load_alone()
    {
        var tensor = torch.randn(3, 4);
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            tensor.t().Save(writer);
        }

        memory.Position = 0;
        var loaded = TensorExtensionMethods.Load(new BinaryReader(memory));
        Assert.Equal([4, 3], loaded.shape);
        Assert.True(torch.equal(tensor.t(), loaded).item<bool>());
    }
}
