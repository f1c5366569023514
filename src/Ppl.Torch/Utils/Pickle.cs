using System.Text;

namespace TorchSharp.Utils;

/// <summary>
/// Reads a pickle (PEP 307) as data: what Python would look up, call or make becomes a record of its name and its arguments, and nothing is
/// run. It knows the operations that libtorch writes for tensors.
/// </summary>
internal sealed class Pickle
{
    private enum Operation : byte
    {
        Proto = 0x80, Stop = (byte)'.', Mark = (byte)'(', Global = (byte)'c', Reduce = (byte)'R', NewObject = 0x81, Build = (byte)'b',
        PersistentId = (byte)'Q', Put = (byte)'q', LongPut = (byte)'r', Get = (byte)'h', LongGet = (byte)'j',
        None = (byte)'N', True = 0x88, False = 0x89,
        Int = (byte)'J', Int1 = (byte)'K', Int2 = (byte)'M', Long1 = 0x8a, Unicode = (byte)'X', EmptyTuple = (byte)')', Tuple = (byte)'t',
        Tuple1 = 0x85, Tuple2 = 0x86, Tuple3 = 0x87, EmptyDict = (byte)'}', SetItem = (byte)'s', SetItems = (byte)'u',
    }

    private readonly BinaryReader reader;
    private readonly List<object> stack = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<long, object> memo = [];

    private Pickle(BinaryReader reader) => this.reader = reader;

    public sealed record Global(string Name);

    public sealed record Call(Global Function, object[] Arguments);

    public sealed record Instance(object Object, object State);

    public sealed record Persistent(object[] Id);

    private long Left => reader.BaseStream.Length - reader.BaseStream.Position;

    /// <summary>The value: a record above, an array for a tuple, a dictionary, a string, a long, a bool or null.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pickle, or one of something else.</exception>
    public static object Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var pickle = new Pickle(reader);
        try
        {
            for (Operation operation; (operation = (Operation)reader.ReadByte()) != Operation.Stop;) pickle.Do(operation);
            return pickle.Pop<object>();
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the pickle ends before its last operation", e);
        }
    }

    private void Do(Operation operation)
    {
        switch (operation)
        {
            case Operation.Proto: _ = reader.ReadByte(); break;
            case Operation.Mark: marks.Push(stack.Count); break;
            case Operation.None: stack.Add(null); break;
            case Operation.True: stack.Add(true); break;
            case Operation.False: stack.Add(false); break;
            case Operation.Int: stack.Add((long)reader.ReadInt32()); break;
            case Operation.Int1: stack.Add((long)reader.ReadByte()); break;
            case Operation.Int2: stack.Add((long)reader.ReadUInt16()); break;
            case Operation.Long1: stack.Add(Long()); break;
            case Operation.Unicode: stack.Add(Text(reader.ReadUInt32())); break;
            case Operation.Put: memo[reader.ReadByte()] = Top<object>(); break;
            case Operation.LongPut: memo[reader.ReadUInt32()] = Top<object>(); break;
            case Operation.Get: stack.Add(Remembered(reader.ReadByte())); break;
            case Operation.LongGet: stack.Add(Remembered(reader.ReadUInt32())); break;
            case Operation.EmptyTuple: stack.Add(Array.Empty<object>()); break;
            case Operation.Tuple: stack.Add(PopToMark()); break;
            case Operation.Tuple1: stack.Add(PopFrom(stack.Count - 1)); break;
            case Operation.Tuple2: stack.Add(PopFrom(stack.Count - 2)); break;
            case Operation.Tuple3: stack.Add(PopFrom(stack.Count - 3)); break;
            case Operation.EmptyDict: stack.Add(new Dictionary<string, object>()); break;
            case Operation.SetItem: SetItems(PopFrom(stack.Count - 2)); break;
            case Operation.SetItems: SetItems(PopToMark()); break;
            case Operation.Global: stack.Add(new Global($"{Line()}.{Line()}")); break;
            case Operation.PersistentId: stack.Add(new Persistent(Pop<object[]>())); break;
            case Operation.Reduce or Operation.NewObject:
                var arguments = Pop<object[]>();
                stack.Add(new Call(Pop<Global>(), arguments));
                break;
            case Operation.Build:
                var state = Pop<object>();
                stack.Add(new Instance(Pop<object>(), state));
                break;
            default: throw new InvalidDataException($"the pickle has an operation 0x{(byte)operation:x2}, which no tensor needs");
        }
    }

    private T Top<T>() => stack.Count > 0 && (stack[^1] is T || (stack[^1] is null && typeof(T) == typeof(object)))
        ? (T)stack[^1]
        : throw new InvalidDataException("the pickle's operations do not fit each other");

    private T Pop<T>()
    {
        var value = Top<T>();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object[] PopToMark() => PopFrom(marks.TryPop(out var mark) ? mark : -1);

    private object[] PopFrom(int first)
    {
        if (first < 0 || first > stack.Count) throw new InvalidDataException("the pickle's operations do not fit each other");
        var values = stack[first..].ToArray();
        stack.RemoveRange(first, values.Length);
        return values;
    }

    private void SetItems(object[] items)
    {
        var target = Top<Dictionary<string, object>>();
        if (items.Length % 2 != 0) throw new InvalidDataException("the pickle has a key without a value");
        for (var i = 0; i < items.Length; i += 2)
            target[items[i] as string ?? throw new InvalidDataException("the pickle has a key that is no string")] = items[i + 1];
    }

    private object Remembered(long index) => memo.TryGetValue(index, out var value)
        ? value
        : throw new InvalidDataException($"the pickle refers to a value {index} that it does not have");

    private string Text(long length) => length <= Left
        ? Encoding.UTF8.GetString(reader.ReadBytes((int)length))
        : throw new InvalidDataException($"the pickle has a text of {length} bytes, and {Left} are left");

    private string Line()
    {
        var line = new StringBuilder();
        for (char c; (c = (char)reader.ReadByte()) != '\n';) line.Append(c);
        return line.ToString();
    }

    // Two's complement with as few bytes as it takes, the lowest first.
    private long Long()
    {
        var length = reader.ReadByte();
        if (length > sizeof(long)) throw new InvalidDataException($"the pickle has a number of {length} bytes");
        var value = 0L;
        for (var i = 0; i < length; i++) value |= (long)reader.ReadByte() << (8 * i);
        var unused = 64 - (8 * length);
        return length == 0 ? 0 : value << unused >> unused;
    }
}
