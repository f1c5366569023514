using System.IO.Compression;
using Ppl.Torch.Tests.Processes;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>Files are what they were when saved, or are refused by an exception that names the fault; a small one never takes much memory.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(nameof(Archives.Damaged), "3")]
    [InlineData(nameof(Archives.Damaged), "5")]
    [InlineData(nameof(Archives.Forged), "2")]
    [InlineData(nameof(StateFiles), "module", "1")]
    [InlineData(nameof(StateFiles), "partly", "2")]
    [InlineData(nameof(StateFiles), "optimizer", "3")]
    [InlineData(nameof(StateFiles), "tensor", "4")]
    public void ChangedFilesAreRefusedByName(string program, params string[] arguments)
    {
        var child = Child.Run(program, arguments);
        var last = child.Output.TrimEnd().Split('\n')[^1];
        Assert.True(child.ExitCode == 0, $"ended with {child.ExitCode} at file {last}: {child.Errors}");
        Assert.True(int.Parse(last) > 100, $"only {last} files were refused");
    }

    public static TheoryData<ScalarType> Types => new(Enum.GetValues<ScalarType>().Where(t => !is_quantized(t)));

    [Theory]
    [MemberData(nameof(Types))]
    public void ArchivesKeepEveryElementType(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var x = arange(300, ScalarType.Float32).reshape(3, 100).to(type);
        x.save(path);
        var loaded = Tensor.load(path);
        Assert.Equal(type, loaded.dtype);
        Assert.True(torch.equal(x, loaded).item<bool>());
    }

    [Fact]
    public void ArchivesKeepViews()
    {
        using var scope = NewDisposeScope();
        var x = arange(70_000, ScalarType.Float32).reshape(700, 100).requires_grad_();
        var wide = x[2].expand(1L << 40, 100).narrow(0, 7, 2);
        foreach (var view in new[] { x, x.t(), x[3], x.narrow(1, 5, 7), x[2, 3], x[2].expand(4, 100), zeros(3, 0, 2), tensor(1.5), wide })
        {
            view.save(path);
            var loaded = Tensor.load(path);
            Assert.Equal(view.shape, loaded.shape);
            Assert.Equal(view.requires_grad, loaded.requires_grad);
            Assert.True(loaded.is_leaf);
            Assert.True(torch.equal(view, loaded).item<bool>());
        }
        var conjugated = tensor(new System.Numerics.Complex(1, 2)).conj();
        conjugated.save(path);
        Assert.True(torch.equal(conjugated, Tensor.load(path)).item<bool>());
    }

    [Fact]
    public void LoadedTensorsAreChangedAsAnyOthers()
    {
        using var scope = NewDisposeScope();
        ones(3).save(path);
        var loaded = Tensor.load(path);
        var factor = tensor(2f, requires_grad: true);
        loaded.mul_(factor).sum().backward();
        Assert.Equal(3f, factor.grad.item<float>());
    }

    [Fact]
    public void WhatAnArchiveCannotHoldIsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<NotSupportedException>(() => zeros(3).to_sparse().save(path));
        Assert.Throws<NotSupportedException>(() => zeros(3, device: META).save(path));
    }

    [Fact]
    public void ADamagedArchiveIsNamed()
    {
        using (var x = full(100, 3.5f)) x.save(path);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(3.5f))] ^= 1;
        AssertRefused(bytes, "data/0' has another checksum than when it was saved.");
        AssertRefused(bytes[..^30], "End of Central Directory record could not be found.");
        File.Delete(path);
        Assert.Throws<FileNotFoundException>(() => Tensor.load(path));
    }

    // libtorch 1.13 reads memory that is not its own where the description claims more than there is, and takes as much as it claims.
    [Theory]
    [InlineData((byte)'K', "a tensor of shape (255), strides (1) and offset 0 does not lie in 100 elements.")]
    [InlineData((byte)'h', "the pickle refers to a value 255 that it does not have.")]
    public void AForgedDescriptionIsNamed(byte operation, string fault)
    {
        using (var x = full(100, 3.5f)) x.save(path);
        var forged = new MemoryStream();
        using (var source = ZipFile.OpenRead(path))
        using (var target = new ZipArchive(forged, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                var content = new MemoryStream();
                using (var stream = entry.Open()) stream.CopyTo(content);
                var bytes = content.ToArray();
                // The shape is the last number 100 of the description; its storage's size comes before.
                if (entry.Name == "data.pkl") ((byte[])[operation, 255]).CopyTo(bytes, bytes.AsSpan().LastIndexOf("Kd"u8));
                using var copy = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                copy.Write(bytes);
            }
        }
        AssertRefused(forged.ToArray(), fault);
    }

    private void AssertRefused(byte[] bytes, string end)
    {
        File.WriteAllBytes(path, bytes);
        var fault = Assert.Throws<InvalidDataException>(() => Tensor.load(path));
        Assert.StartsWith($"{path} is not an archive of a tensor, or is damaged: ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(end, fault.Message, StringComparison.Ordinal);
    }
}
