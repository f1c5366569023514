using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The base of all networks: a tree of named parameters, buffers and submodules.</summary>
        public partial class Module : IDisposable
        {
            private const BindingFlags DeclaredFields =
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

            protected string name;
            protected DeviceType _deviceType = DeviceType.CPU;
            protected int _deviceIndex = -1;
            protected OrderedDict<string, Module> _internal_submodules = new();
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = new();
            protected OrderedDict<string, Parameter> _internal_params = new();
            private bool componentsRegistered;

            protected Module(string name)
            {
                this.name = name;
            }

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, child) in named_children()) child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                ArgumentNullException.ThrowIfNull(fn);
                foreach (var (_, child) in named_children()) child.apply(fn);

                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var (_, parameter) in named_parameters())
                {
                    using var gradient = parameter.grad;
                    if (gradient is null) continue;

                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        using var noGrad = no_grad();
                        gradient.zero_();
                    }
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;

                foreach (var (_, buffer) in _internal_buffers) buffer.Item1.Dispose();

                foreach (var (_, parameter) in _internal_params) parameter.Dispose();

                foreach (var (_, child) in _internal_submodules) child.Dispose();
            }

            /// <summary>Registers every field that holds a module, a parameter or a tensor (a buffer) under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                if (componentsRegistered) return;

                foreach (var field in ComponentFields())
                {
                    var component = ComponentName(field);
                    if (_internal_submodules.ContainsKey(component) || _internal_params.ContainsKey(component)
                        || _internal_buffers.ContainsKey(component))
                    {
                        continue;
                    }

                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(component, module);
                            break;
                        case Parameter parameter:
                            register_parameter(component, parameter);
                            break;
                        case Tensor buffer:
                            register_buffer(component, buffer);
                            break;
                    }
                }

                componentsRegistered = true;
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());

            /// <summary>The fields of every class level from the module's type up to Module, whose own are no components.</summary>
            private IEnumerable<FieldInfo> ComponentFields()
            {
                var seen = new HashSet<string>();
                for (var level = GetType(); level is not null && level != typeof(Module); level = level.BaseType)
                {
                    foreach (var field in level.GetFields(DeclaredFields))
                    {
                        if (seen.Add(field.Name)) yield return field;
                    }
                }
            }

            private static string ComponentName(FieldInfo field) =>
                field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
        }
    }
}
