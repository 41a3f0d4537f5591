namespace FnMesh.Policy.Yaml;

internal enum YamlScalarKind
{
    Text,
    Null,
    Flag,
    Whole,
    Fraction,
}
