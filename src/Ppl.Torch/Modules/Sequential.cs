using System.Globalization;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Calls its modules one after the other, each on the result of the one before.</summary>
public class Sequential : Module<Tensor, Tensor>
{
    private readonly List<IModule<Tensor, Tensor>> steps = [];

    internal Sequential() : base(nameof(Sequential))
    {
    }

    protected Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) : this()
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module<Tensor, Tensor>[] modules) : this()
    {
        foreach (var module in modules) Add(module);
    }

    public int Count => steps.Count;

    [IndexerName("SequentialItems")]
    public IModule<Tensor, Tensor> this[int index] => steps[index];

    [IndexerName("SequentialItems")]
    public Sequential this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? steps.Count);

    [IndexerName("SequentialItems")]
    public Sequential this[Range index] => Slice(index.Start.GetOffset(steps.Count), index.End.GetOffset(steps.Count));

    public Sequential append(string name, IModule<Tensor, Tensor> module)
    {
        Add(name, module);
        return this;
    }

    public Sequential append(IModule<Tensor, Tensor> module)
    {
        Add(module);
        return this;
    }

    public override Tensor forward(Tensor tensor)
    {
        if (steps.Count == 0) return tensor.alias();

        // What lies between two modules is of no use to anyone but autograd, which holds what it needs by itself.
        var current = steps[0].call(tensor);
        for (var i = 1; i < steps.Count; i++)
        {
            var next = steps[i].call(current);
            if (!ReferenceEquals(next, current) && !ReferenceEquals(current, tensor)) current.Dispose();

            current = next;
        }

        return current;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    internal void Add(IModule<Tensor, Tensor> module) => Add(steps.Count.ToString(CultureInfo.InvariantCulture), module);

    internal void Add(string name, IModule<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        register_module(name, module as Module
            ?? throw new ArgumentException($"A {nameof(Sequential)} is made of modules, not of {module.GetType()}.", nameof(module)));
        steps.Add(module);
    }

    /// <summary>A sequence of the same modules, not of copies.</summary>
    private Sequential Slice(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)steps.Count, nameof(start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)end, (uint)steps.Count, nameof(end));
        var slice = new Sequential();
        var names = named_children().Select(c => c.name).ToList();
        for (var i = start; i < end; i++) slice.Add(names[i], steps[i]);

        return slice;
    }
}
