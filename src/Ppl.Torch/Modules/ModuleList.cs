using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules by position: their names are 0, 1, 2, ...</summary>
public class ModuleList<T> : nn.Module, IList<T> where T : nn.Module
{
    public ModuleList(params T[] modules) : base("ModuleList")
    {
        extend(modules);
    }

    public int Count => _internal_submodules.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => Items[index];
        set
        {
            var items = Items;
            items[index] = value;
            Reset(items);
        }
    }

    private List<T> Items
    {
        get
        {
            var items = new List<T>(_internal_submodules.Count);
            foreach (var (_, item) in _internal_submodules) items.Add((T)item);

            return items;
        }
    }

    public void Add(T item) => register_module(_internal_submodules.Count.ToString(CultureInfo.InvariantCulture), item);

    public void append(params T[] parameters) => extend(parameters);

    public void extend(IEnumerable<T> modules)
    {
        foreach (var item in modules) Add(item);
    }

    public void Insert(int index, T item)
    {
        var items = Items;
        items.Insert(index, item);
        Reset(items);
    }

    public bool Remove(T item)
    {
        var items = Items;
        var removed = items.Remove(item);
        Reset(items);
        return removed;
    }

    public void RemoveAt(int index)
    {
        var items = Items;
        items.RemoveAt(index);
        Reset(items);
    }

    public void Clear() => _internal_submodules.Clear();

    public bool Contains(T item) => Items.Contains(item);

    public int IndexOf(T item) => Items.IndexOf(item);

    public void CopyTo(T[] array, int arrayIndex) => Items.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Reset(List<T> items)
    {
        Clear();
        extend(items);
    }
}
