using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor> destination = null, string prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (component, parameter) in named_parameters()) destination.TryAdd(start + component, parameter);

                foreach (var (component, buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(start + component, buffer);

                // A tensor that two submodules share has a name in each of them.
                foreach (var (child, module) in named_children()) module.state_dict(destination, start + child);

                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string> skip = null)
            {
                ArgumentNullException.ThrowIfNull(source);
                var destination = state_dict();
                var skipped = new HashSet<string>(skip ?? []);
                var missing = destination.Keys.Where(k => !skipped.Contains(k) && !source.ContainsKey(k)).ToList();
                var unexpected = source.Keys.Where(k => !skipped.Contains(k) && !destination.ContainsKey(k)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not fit {GetName()}: missing [{string.Join(", ", missing)}], "
                        + $"unexpected [{string.Join(", ", unexpected)}].");
                }

                var pairs = source.Where(s => !skipped.Contains(s.Key) && destination.ContainsKey(s.Key)).ToList();
                foreach (var (key, value) in pairs) RequireSameShape(key, destination[key], value);

                using var noGrad = no_grad();
                foreach (var (key, value) in pairs) destination[key].copy_(value);

                return (missing, unexpected);
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string> skip = null)
            {
                ArgumentNullException.ThrowIfNull(writer);
                ArgumentNullException.ThrowIfNull(sd);
                var entries = sd.Where(entry => skip is null || !skip.Contains(entry.Key)).ToList();
                writer.Encode(entries.Count);
                foreach (var (key, tensor) in entries)
                {
                    writer.Write(key);
                    StateFile.WriteTensor(writer, tensor);
                }
            }

            public Module save(BinaryWriter writer, IList<string> skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public Module save(Stream stream, IList<string> skip = null)
            {
                using var writer = new BinaryWriter(stream);
                return save(writer, skip);
            }

            public Module save(string location, IList<string> skip = null)
            {
                StateFile.Replace(location, writer => save(writer, skip));
                return this;
            }

            public virtual Module load(string location, bool strict = true, IList<string> skip = null,
                Dictionary<string, bool> loadedParameters = null)
            {
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string> skip = null,
                Dictionary<string, bool> loadedParameters = null)
            {
                using var reader = new BinaryReader(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <summary>Loads what <c>save</c> wrote. The whole state is read and checked first: a fault changes nothing.</summary>
            /// <exception cref="EndOfStreamException">The file is truncated.</exception>
            /// <exception cref="InvalidDataException">The file is not a saved state.</exception>
            /// <exception cref="ArgumentException">The state is another module's: names, element types or shapes differ.</exception>
            public virtual Module load(BinaryReader reader, bool strict = true, IList<string> skip = null,
                Dictionary<string, bool> loadedParameters = null)
            {
                ArgumentNullException.ThrowIfNull(reader);
                var destination = state_dict();
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var read = ReadEntries(reader, destination.Count, strict);
                foreach (var (key, value) in read)
                {
                    if (!destination.TryGetValue(key, out var target))
                    {
                        if (strict) throw new ArgumentException($"The file has '{key}', which {GetName()} has not.");
                    }
                    else if (skip?.Contains(key) != true)
                    {
                        if (target.dtype != value.dtype)
                            throw new ArgumentException($"'{key}' is {value.dtype} in the file, and {target.dtype} in {GetName()}.");

                        RequireSameShape(key, target, value);
                    }
                }

                foreach (var (key, value) in read)
                {
                    var known = destination.TryGetValue(key, out var target);
                    if (known && skip?.Contains(key) != true) target.copy_(value);

                    loadedParameters?.Add(key, known);
                }

                return this;
            }

            public static Module Create<T>(string path) where T : Module, new()
            {
                var module = new T();
                try
                {
                    return module.load(path);
                }
                catch
                {
                    module.Dispose();
                    throw;
                }
            }

            private Dictionary<string, Tensor> ReadEntries(BinaryReader reader, int expected, bool strict)
            {
                var count = ReadCount(reader);
                if (strict && count != expected)
                    throw new ArgumentException($"The file has {count} entries, {GetName()} has {expected}.");

                var entries = new Dictionary<string, Tensor>();
                for (var i = 0L; i < count; i++)
                {
                    var key = StateFile.ReadName(reader, $"entry {i}");
                    if (!entries.TryAdd(key, StateFile.ReadTensor(reader, $"'{key}'")))
                        throw new InvalidDataException($"The file has two entries named '{key}'.");
                }

                return entries;
            }

            private static long ReadCount(BinaryReader reader)
            {
                try
                {
                    return reader.Decode();
                }
                catch (EndOfStreamException e)
                {
                    throw new EndOfStreamException("The file ends before its first entry.", e);
                }
            }

            private void RequireSameShape(string key, Tensor target, Tensor value)
            {
                if (!target.shape.SequenceEqual(value.shape))
                {
                    throw new ArgumentException(
                        $"'{key}' has shape ({string.Join(", ", value.shape)}) in the state, "
                        + $"and ({string.Join(", ", target.shape)}) in {GetName()}.");
                }
            }
        }
    }
}
