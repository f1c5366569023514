using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

/// <summary>
/// One call of an operator, built on the caller's stack: arguments in order, then one of the Run methods. It holds native handles only:
/// the caller keeps the objects alive until Run returns. It is large, so it is never copied and never zeroed
/// (<c>Unsafe.SkipInit(out OpCall call); call.Begin(op);</c>).
/// </summary>
internal unsafe partial struct OpCall
{
    private const int MaxArguments = 24;
    private const int MaxResults = 8;
    private const int ScratchLongs = 40;

    private fixed long arguments[2 * MaxArguments];
    private fixed long results[2 * MaxResults];
    // Short lists and numbers that do not fit an argument live here, longer ones in native memory.
    private fixed long scratch[ScratchLongs];
    private IntPtr op;
    private int count;
    private int used;
    private void* blocks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Begin(Op operation)
    {
        op = operation.Handle;
        count = 0;
        used = 0;
        blocks = null;
    }

    // An OpCall lives on the stack, so its address does not change.
    private Arg* Arguments => (Arg*)Unsafe.AsPointer(ref arguments[0]);

    private Arg* Results => (Arg*)Unsafe.AsPointer(ref results[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(Tag tag, long value, int length = 0)
    {
        var a = Arguments + count++;
        a->Integer = value;
        a->Tag = tag;
        a->Length = length;
    }

    /// <summary>Room for a list, in 8-byte units.</summary>
    private long* Room(int longs)
    {
        if (used + longs <= ScratchLongs)
        {
            var place = (long*)Unsafe.AsPointer(ref scratch[used]);
            used += longs;
            return place;
        }
        // A chain of blocks: the first word points to the one before.
        var block = (void**)NativeMemory.Alloc((nuint)(longs + 1) * 8);
        *block = blocks;
        blocks = block;
        return (long*)(block + 1);
    }

    private void Free()
    {
        while (blocks != null)
        {
            var before = *(void**)blocks;
            NativeMemory.Free(blocks);
            blocks = before;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Invoke(int capacity)
    {
        var produced = Native.ppl_call(op, Arguments, count, Results, capacity);
        if (blocks != null) Free();
        if (produced < capacity) Fault.Throw();
        return produced;
    }

    /// <summary>Calls and drops the results (operations in place return their argument).</summary>
    internal void Run() => Invoke(0);

    internal Tensor RunTensor()
    {
        Invoke(1);
        return TensorAt(0);
    }

    internal (Tensor, Tensor) RunTensor2()
    {
        Invoke(2);
        return (TensorAt(0), TensorAt(1));
    }

    internal (Tensor, Tensor, Tensor) RunTensor3()
    {
        Invoke(3);
        return (TensorAt(0), TensorAt(1), TensorAt(2));
    }

    internal (Tensor, Tensor, Tensor, Tensor) RunTensor4()
    {
        Invoke(4);
        return (TensorAt(0), TensorAt(1), TensorAt(2), TensorAt(3));
    }

    internal Tensor[] RunTensors()
    {
        Invoke(1);
        var handles = (IntPtr*)Results[0].Pointer;
        var tensors = new Tensor[Results[0].Length];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = Tensor.Wrap(handles[i]);
        Fault.Check(Native.ppl_list_free(handles));
        return tensors;
    }

    internal bool RunBool()
    {
        Invoke(1);
        return Results[0].Integer != 0;
    }

    internal long RunLong()
    {
        Invoke(1);
        return Results[0].Integer;
    }

    internal double RunDouble()
    {
        Invoke(1);
        return Results[0].Tag == Tag.Double ? Results[0].Real : Results[0].Integer;
    }

    internal Scalar RunScalar()
    {
        Invoke(1);
        var r = Results[0];
        return r.Tag switch
        {
            Tag.Int => r.Integer,
            Tag.Double => r.Real,
            Tag.Bool => r.Integer != 0,
            Tag.Complex => new System.Numerics.Complex(((double*)r.Pointer)[0], ((double*)r.Pointer)[1]),
            _ => throw new InvalidOperationException($"not a number: {r.Tag}"),
        };
    }

    /// <summary>What an <c>out</c> parameter means: the caller's tensor takes the result's shape and values and is returned.</summary>
    internal static Tensor Into(Tensor output, Tensor result)
    {
        if (output is null) return result;
        using (result)
        {
            Raw.resize_(output, result.shape);
            return output.copy_(result);
        }
    }

    /// <summary>What GC.KeepAlive is to objects.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void KeepAlive(ReadOnlySpan<Tensor> tensors)
    {
    }

    private Tensor TensorAt(int index) => Tensor.Wrap((IntPtr)Results[index].Pointer);
}
