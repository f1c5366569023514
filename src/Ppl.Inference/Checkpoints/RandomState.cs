using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>The state of torch's generator on the CPU: what a checkpoint keeps of it, and how it is put back.</summary>
internal sealed class RandomState
{
    private readonly byte[] bytes;

    private RandomState(byte[] bytes) => this.bytes = bytes;

    /// <summary>The state of now.</summary>
    public static RandomState Now()
    {
        using var state = get_rng_state();
        return new RandomState(state.data<byte>().ToArray());
    }

    /// <summary>The bytes of a state.</summary>
    public int Length => bytes.Length;

    public void Write(Stream stream) => stream.Write(bytes);

    /// <summary>Reads a state. A generator of its own has tried it, so that it can be put back without fail.</summary>
    /// <param name="stream">The part, as long as a state is.</param>
    /// <exception cref="InvalidDataException">The bytes are no state of a generator.</exception>
    public static RandomState Read(Stream stream)
    {
        var read = new RandomState(new byte[stream.Length]);
        stream.ReadExactly(read.bytes);
        try
        {
            using var generator = new Generator();
            using var state = read.ToTensor();
            generator.set_state(state);
            return read;
        }
        catch (Exception fault) when (fault is ExternalException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException("it is no state of a random generator", fault);
        }
    }

    /// <summary>Puts the state back.</summary>
    public void Apply()
    {
        using var state = ToTensor();
        set_rng_state(state);
    }

    private Tensor ToTensor() => tensor(bytes, dtype: ScalarType.Byte);
}
