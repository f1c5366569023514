using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (_internal_buffers.ContainsKey(name))
                    throw new InvalidOperationException($"Buffer '{name}' is already registered in {GetName()}.");

                _internal_buffers.Add(name, (tensor, persistent));
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (_internal_params.ContainsKey(name))
                    throw new InvalidOperationException($"Parameter '{name}' is already registered in {GetName()}.");

                _internal_params.Add(name, param);
            }

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _internal_submodules.Remove(name);
                    return;
                }

                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
                    throw new ArgumentException($"A submodule's name must not be empty or contain a dot: '{name}'.", nameof(name));

                if (_internal_submodules.ContainsKey(name))
                    throw new InvalidOperationException($"Submodule '{name}' is already registered in {GetName()}.");

                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            protected void ConditionallyRegisterParameter(string name, Tensor value) =>
                ConditionallyRegisterParameter(name, value is null ? null : value as Parameter ?? new Parameter(value));

            protected void ConditionallyRegisterParameter(string name, Parameter value)
            {
                if (value is null) _internal_params.Remove(name);
                else _internal_params[name] = value;
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor value, bool persistent = true)
            {
                if (value is null) _internal_buffers.Remove(name);
                else _internal_buffers[name] = (value, persistent);
            }

            protected void ClearModules() => _internal_submodules.Clear();

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (component, parameter) in _internal_params)
                {
                    if (seen.Add(parameter)) yield return (component, parameter);
                }

                if (!recurse) yield break;

                foreach (var (child, module) in named_children())
                {
                    foreach (var (component, parameter) in module.named_parameters(true))
                    {
                        if (seen.Add(parameter)) yield return ($"{child}.{component}", parameter);
                    }
                }
            }

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (component, (buffer, persistent)) in _internal_buffers)
                {
                    if ((persistent || include_nonpersistent) && seen.Add(buffer)) yield return (component, buffer);
                }

                if (!recurse) yield break;

                foreach (var (child, module) in named_children())
                {
                    foreach (var (component, buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer)) yield return ($"{child}.{component}", buffer);
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children()
            {
                foreach (var (component, module) in _internal_submodules) yield return (component, module);
            }

            /// <summary>All submodules, this module's own first, then theirs; the module itself is not among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children()) yield return child;

                foreach (var (child, module) in named_children())
                {
                    foreach (var (component, inner) in module.named_modules()) yield return ($"{child}.{component}", inner);
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<Module> children() => named_children().Select(c => c.module);

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter get_parameter(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                return _internal_params.TryGetValue(target, out var parameter)
                    ? parameter
                    : Descend(target, (m, rest) => m.get_parameter(rest));
            }

            public virtual Tensor get_buffer(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                return _internal_buffers.TryGetValue(target, out var buffer)
                    ? buffer.Item1
                    : Descend(target, (m, rest) => m.get_buffer(rest));
            }

            /// <summary>The parameter that a built-in module keeps under this name, or null.</summary>
            internal Parameter Own(string name) => _internal_params.TryGetValue(name, out var parameter) ? parameter : null;

            /// <summary>Makes the module the owner: the parameter before is released, and no dispose scope holds the new one.</summary>
            internal void Own(string name, Parameter value)
            {
                var old = Own(name);
                if (ReferenceEquals(old, value)) return;

                old?.Dispose();
                value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(name, value);
            }

            internal Tensor OwnBuffer(string name) => _internal_buffers.TryGetValue(name, out var buffer) ? buffer.Item1 : null;

            internal void OwnBuffer(string name, Tensor value)
            {
                var old = OwnBuffer(name);
                if (ReferenceEquals(old, value)) return;

                old?.Dispose();
                value?.DetachFromDisposeScope();
                ConditionallyRegisterBuffer(name, value);
            }

            private T Descend<T>(string target, Func<Module, string, T> find) where T : class
            {
                var dot = target.IndexOf('.', StringComparison.Ordinal);
                if (dot < 0) return null;

                var (head, rest) = (target[..dot], target[(dot + 1)..]);
                return named_children()
                    .Where(c => c.name == head)
                    .Select(c => find(c.module, rest))
                    .FirstOrDefault(found => found is not null);
            }
        }
    }
}
