using System.Reflection;

namespace FnMesh.Functions.Tests;

public sealed class SurfaceTests
{
    private static readonly string[] Compiled = ["FnMesh.Functions", "CloudNative.CloudEvents", "Microsoft.", "System.", "netstandard"];

    [Fact]
    public void What_a_function_author_sees_is_made_of_what_the_package_lets_him_compile_against()
    {
        var shown = typeof(MeshClient).Assembly.GetExportedTypes().SelectMany(Shown).Distinct();
        Assert.DoesNotContain(shown, type => !Array.Exists(Compiled, name => type.Assembly.GetName().Name!.StartsWith(name, StringComparison.Ordinal)));
    }

    private static IEnumerable<Type> Shown(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var methods = type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).Where(method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);
        var named = methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method is MethodInfo made ? made.ReturnType : typeof(void)))
            .Concat(type.GetFields(All).Where(field => field.IsPublic || field.IsFamily).Select(field => field.FieldType))
            .Concat(type.GetInterfaces())
            .Concat(type.BaseType is { } parent ? [parent] : []);
        return named.SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
}
