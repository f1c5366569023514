namespace TorchSharp;

/// <summary>Disposes at its end everything that was made while it was the innermost scope of its thread, except what was taken out.</summary>
public sealed class DisposeScope : IDisposable
{
    // Members remember their place, so that taking one out costs the same in a scope of ten and of ten thousand. A removed member
    // leaves a hole; holes are squeezed out when they are the majority.
    private readonly List<IScoped> members = [];
    private int live;
    private bool ended;

    internal DisposeScope(DisposeScope outer) => OuterScope = outer;

    internal DisposeScope OuterScope { get; set; }

    public int DisposablesCount => live;

    public IReadOnlyList<IDisposable> DisposablesView => members.Where(m => m is not null).Cast<IDisposable>().ToList();

    public bool Contains(IDisposable disposable) => disposable is IScoped scoped && scoped.OwningDisposeScope == this;

    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        Move(OuterScope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) Move(OuterScope, disposable);
    }

    public T MoveToOther<T>(DisposeScope scope, T disposable) where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope scope, T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable => (MoveToOther(scope, first), MoveToOther(scope, second));

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second), MoveToOther(scope, third));

    public void MoveToOther(DisposeScope scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) Move(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (disposable is IScoped scoped && Remove(scoped)) scoped.Statistics.DetachedFromScopeCount++;
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (Detach(first), Detach(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => (Detach(first), Detach(second), Detach(third));

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) Detach<IDisposable>(disposable);
    }

    public void Attach(IDisposable disposable)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (disposable is not IScoped scoped) throw new InvalidOperationException("DisposeScope can only manage Tensor or PackedSequence");
        if (scoped.OwningDisposeScope == this) return;
        scoped.Statistics.AttachedToScopeCount++;
        scoped.OwningDisposeScope?.Remove(scoped);
        Insert(scoped);
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var list = disposables as IReadOnlyList<IDisposable> ?? disposables.ToList();
        foreach (var disposable in list) Attach(disposable);
        return list;
    }

    public void DisposeEverything() => DisposeEverythingBut([]);

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        var kept = new HashSet<object>(inKeep, ReferenceEqualityComparer.Instance);
        var old = members.ToArray();
        members.Clear();
        live = 0;
        foreach (var member in old)
        {
            if (member is null) continue;
            if (kept.Contains(member)) Insert(member);
            else DisposeMember(member);
        }
    }

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    /// <summary>Takes out an object that was disposed by hand.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        if (disposable is IScoped scoped && Remove(scoped)) scoped.Statistics.DisposedInScopeCount++;
    }

    public void Dispose()
    {
        if (ended) return;
        DisposeEverything();
        ended = true;
        DisposeScopeManager.Leave(this);
    }

    internal void Include(IScoped item) => Insert(item);

    private static void DisposeMember(IScoped member)
    {
        // The count is taken here: the object no longer knows the scope when it is disposed.
        member.OwningDisposeScope = null;
        member.Statistics.DisposedInScopeCount++;
        member.Statistics.DisposedOutsideScopeCount--;
        member.Dispose();
    }

    private void Move(DisposeScope scope, IDisposable disposable)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (disposable is not IScoped scoped || !Remove(scoped)) return;
        if (scope != null) scope.Insert(scoped);
        else scoped.Statistics.DetachedFromScopeCount++;
    }

    private void Insert(IScoped item)
    {
        item.OwningDisposeScope = this;
        item.ScopeIndex = members.Count;
        members.Add(item);
        live++;
    }

    private bool Remove(IScoped item)
    {
        if (item.OwningDisposeScope != this) return false;
        var index = item.ScopeIndex;
        item.OwningDisposeScope = null;
        live--;
        if (index == members.Count - 1) members.RemoveAt(index);
        else members[index] = null;
        if (members.Count > 64 && live < members.Count / 2) Squeeze();
        return true;
    }

    private void Squeeze()
    {
        members.RemoveAll(m => m is null);
        for (var i = 0; i < members.Count; i++) members[i].ScopeIndex = i;
    }
}
