"""The record of every look and change: the chain, and its signed checkpoints outside."""
