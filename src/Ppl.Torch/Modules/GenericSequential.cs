using System.Globalization;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

// Sequences of modules of any kind: a class derived from one of them says in forward() how they are called.

public abstract class Sequential<T, TResult> : Module<T, TResult>
{
    protected Sequential(params (string name, Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module[] modules) : base("Sequential")
    {
        Array.ForEach(modules, Add);
    }

    public int Count => _internal_submodules.Count;

    [IndexerName("SequentialItems")]
    public Module this[int index] => _internal_submodules[index].Item2;

    [IndexerName("SequentialItems")]
    public Sequential<T, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    protected void Add(string name, Module sm) => register_module(name, sm ?? throw new ArgumentNullException(nameof(sm)));

    protected void Add(Module module) => Add(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Only the derived class can make another of its kind.</summary>
    protected virtual Sequential<T, TResult> Slice(int start, int end) => throw new NotImplementedException();
}

public abstract class Sequential<T1, T2, TResult> : Module<T1, T2, TResult>
{
    protected Sequential(params (string name, Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module[] modules) : base("Sequential")
    {
        Array.ForEach(modules, Add);
    }

    public int Count => _internal_submodules.Count;

    [IndexerName("SequentialItems")]
    public Module this[int index] => _internal_submodules[index].Item2;

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    protected void Add(string name, Module sm) => register_module(name, sm ?? throw new ArgumentNullException(nameof(sm)));

    protected void Add(Module module) => Add(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Only the derived class can make another of its kind.</summary>
    protected virtual Sequential<T1, T2, TResult> Slice(int start, int end) => throw new NotImplementedException();
}

public abstract class Sequential<T1, T2, T3, TResult> : Module<T1, T2, T3, TResult>
{
    protected Sequential(params (string name, Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module[] modules) : base("Sequential")
    {
        Array.ForEach(modules, Add);
    }

    public int Count => _internal_submodules.Count;

    [IndexerName("SequentialItems")]
    public Module this[int index] => _internal_submodules[index].Item2;

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, T3, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    protected void Add(string name, Module sm) => register_module(name, sm ?? throw new ArgumentNullException(nameof(sm)));

    protected void Add(Module module) => Add(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Only the derived class can make another of its kind.</summary>
    protected virtual Sequential<T1, T2, T3, TResult> Slice(int start, int end) => throw new NotImplementedException();
}

public abstract class Sequential<T1, T2, T3, T4, TResult> : Module<T1, T2, T3, T4, TResult>
{
    protected Sequential(params (string name, Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module[] modules) : base("Sequential")
    {
        Array.ForEach(modules, Add);
    }

    public int Count => _internal_submodules.Count;

    [IndexerName("SequentialItems")]
    public Module this[int index] => _internal_submodules[index].Item2;

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, T3, T4, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, T4, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    protected void Add(string name, Module sm) => register_module(name, sm ?? throw new ArgumentNullException(nameof(sm)));

    protected void Add(Module module) => Add(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Only the derived class can make another of its kind.</summary>
    protected virtual Sequential<T1, T2, T3, T4, TResult> Slice(int start, int end) => throw new NotImplementedException();
}

public abstract class Sequential<T1, T2, T3, T4, T5, TResult> : Module<T1, T2, T3, T4, T5, TResult>
{
    protected Sequential(params (string name, Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module[] modules) : base("Sequential")
    {
        Array.ForEach(modules, Add);
    }

    public int Count => _internal_submodules.Count;

    [IndexerName("SequentialItems")]
    public Module this[int index] => _internal_submodules[index].Item2;

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, T3, T4, T5, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, T4, T5, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    protected void Add(string name, Module sm) => register_module(name, sm ?? throw new ArgumentNullException(nameof(sm)));

    protected void Add(Module module) => Add(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Only the derived class can make another of its kind.</summary>
    protected virtual Sequential<T1, T2, T3, T4, T5, TResult> Slice(int start, int end) => throw new NotImplementedException();
}

public abstract class Sequential<T1, T2, T3, T4, T5, T6, TResult> : Module<T1, T2, T3, T4, T5, T6, TResult>
{
    protected Sequential(params (string name, Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    protected Sequential(params Module[] modules) : base("Sequential")
    {
        Array.ForEach(modules, Add);
    }

    public int Count => _internal_submodules.Count;

    [IndexerName("SequentialItems")]
    public Module this[int index] => _internal_submodules[index].Item2;

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, T3, T4, T5, T6, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, T4, T5, T6, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true) =>
        base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);

    protected void Add(string name, Module sm) => register_module(name, sm ?? throw new ArgumentNullException(nameof(sm)));

    protected void Add(Module module) => Add(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Only the derived class can make another of its kind.</summary>
    protected virtual Sequential<T1, T2, T3, T4, T5, T6, TResult> Slice(int start, int end) => throw new NotImplementedException();
}
