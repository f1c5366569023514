using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules by name, in the order in which they were added.</summary>
public class ModuleDict<T> : nn.Module, IDictionary<string, T>, IList<(string, T)> where T : nn.Module
{
    public ModuleDict() : base("ModuleDict")
    {
    }

    public int Count => _internal_submodules.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => _internal_submodules.Keys;

    public ICollection<T> Values => Items.ConvertAll(item => item.Item2);

    public T this[string key]
    {
        get => (T)_internal_submodules[key];
        set
        {
            if (_internal_submodules.ContainsKey(key)) _internal_submodules[key] = value;
            else Add(key, value);
        }
    }

    public (string, T) this[int index]
    {
        get => Items[index];
        set
        {
            var items = Items;
            items[index] = value;
            Reset(items);
        }
    }

    private List<(string, T)> Items
    {
        get
        {
            var items = new List<(string, T)>(_internal_submodules.Count);
            foreach (var (key, item) in _internal_submodules) items.Add((key, (T)item));

            return items;
        }
    }

    public IEnumerable<string> keys() => Keys;

    public IEnumerable<T> values() => Values;

    public IEnumerator<(string, T)> items() => Items.GetEnumerator();

    public IEnumerator<(string, T)> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() =>
        Items.Select(item => KeyValuePair.Create(item.Item1, item.Item2)).GetEnumerator();

    public void Add(string key, T value) => register_module(key, value);

    public void Add((string, T) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);

    public void Insert(int index, (string, T) item)
    {
        var items = Items;
        items.Insert(index, item);
        Reset(items);
    }

    public bool Remove(string key) => _internal_submodules.Remove(key);

    public bool Remove((string, T) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<string, T> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index) => _internal_submodules.RemoveAt(index);

    public void Clear() => _internal_submodules.Clear();

    public void clear() => Clear();

    public bool ContainsKey(string key) => _internal_submodules.ContainsKey(key);

    public bool TryGetValue(string key, out T value)
    {
        var found = _internal_submodules.TryGetValue(key, out var stored);
        value = (T)stored;
        return found;
    }

    public bool Contains((string, T) item) => IndexOf(item) >= 0;

    public bool Contains(KeyValuePair<string, T> item) => Contains((item.Key, item.Value));

    public int IndexOf((string, T) item) => Items.FindIndex(i => i.Item1 == item.Item1 && ReferenceEquals(i.Item2, item.Item2));

    public void CopyTo((string, T)[] array, int arrayIndex) => Items.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex)
    {
        foreach (var (key, item) in Items) array[arrayIndex++] = KeyValuePair.Create(key, item);
    }

    private void Reset(List<(string, T)> items)
    {
        Clear();
        foreach (var item in items) Add(item);
    }
}
