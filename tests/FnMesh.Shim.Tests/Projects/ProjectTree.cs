namespace FnMesh.Shim.Tests.Projects;

/// <summary>Small projects without packages, apart from the product's own build files.</summary>
internal static class ProjectTree
{
    public static void AddLibrary(TempFolder folder, string name) => folder.Write($"{name}/{name}.csproj", Project("Library", ""));

    public static void AddFunction(TempFolder folder, string name, string references = "")
    {
        folder.Write($"{name}/{name}.csproj", Project("Exe", references));
        folder.Write($"{name}/Program.cs", """
            using System.Net;
            using System.Net.Sockets;
            using var listener = new TcpListener(IPAddress.Loopback, new Uri(Environment.GetEnvironmentVariable("ASPNETCORE_URLS")!).Port);
            listener.Start();
            Console.WriteLine("serves from " + Environment.CurrentDirectory);
            while (true) listener.AcceptTcpClient().Dispose();
            """);
    }

    private static string Project(string type, string references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>{type}</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <AssemblyName>$(MSBuildProjectName).named</AssemblyName>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
          <ItemGroup>{references}</ItemGroup>
        </Project>
        """;
}
