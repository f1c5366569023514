using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Sequential Sequential() => new();

        public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
            Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

        public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
            Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

        public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
            Sequential((IEnumerable<Tuple<string, Module<Tensor, Tensor>>>)modules);

        public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
        {
            var result = new Sequential();
            foreach (var (name, module) in modules) result.Add(name, module);

            return result;
        }

        public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules)
        {
            var result = new Sequential();
            foreach (var (name, module) in modules) result.Add(name, module);

            return result;
        }

        public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
        {
            var result = new Sequential();
            foreach (var module in modules) result.Add(module);

            return result;
        }

        public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

        public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules) where T : Module
        {
            var result = new ModuleDict<T>();
            foreach (var (key, module) in modules) result.Add(key, module);

            return result;
        }

        public static ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => ModuleDict<Module>(modules);

        public static ParameterList ParameterList(params Parameter[] parameters) => new(parameters);

        public static ParameterDict ParameterDict(params (string, Parameter)[] parameters)
        {
            var result = new ParameterDict();
            foreach (var (key, parameter) in parameters) result.Add(key, parameter);

            return result;
        }
    }
}
