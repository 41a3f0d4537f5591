namespace FnMesh.Cli.Output;

internal enum OutputFormat
{
    Table,
    Json,
    Yaml,
}
